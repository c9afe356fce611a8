// The commonest tasks with the keyboard alone: every control is reached by Tab, shows that it has the focus, and works.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { bothWays, settled, useBrowser } from '../lib/browser.mjs';
import { ADMIN, BEX_SECRET, bexScan, eventually, postAsBex, startServer } from '../lib/server.mjs';

useBrowser();
let server;
let hookUrl;
before(async () => {
  server = await startServer();
  ({ hook_url: hookUrl } = JSON.parse(server.cli(['endpoint', 'add', 'bex', '--label', 'Keys', '--secret-stdin', '--json'], BEX_SECRET)));
  await postAsBex(hookUrl, [bexScan('KEYS1', 7, 'Loaded onto vehicle', '2026-09-03 07:06:00')]);
  await postAsBex(hookUrl, [bexScan('KEYS2', 7, 'Loaded onto vehicle', '2026-09-03 07:06:00')], { secret: `${BEX_SECRET}x` });
});
after(async () => { await server?.stop(); });

/** Presses Tab until `target` has the focus, and sees that it shows. */
async function reach(page, target, what) {
  await target.first().waitFor();
  for (let tabs = 0; tabs < 120; tabs += 1) {
    if (await target.first().evaluate((node) => node === document.activeElement)) {
      const shown = await target.first().evaluate((node) => {
        const seen = (element) => {
          const style = getComputedStyle(element);
          return style.outlineStyle !== 'none' || style.boxShadow !== 'none';
        };
        // A row lights up as a whole when the link in it has the focus.
        return [node, node.parentElement, node.closest('tr, li')].some((element) => element && seen(element));
      });
      assert.ok(shown, `${what} shows that it has the focus`);
      return;
    }
    await page.keyboard.press('Tab');
  }
  assert.fail(`${what} is not reached by Tab on ${page.url()}`);
}

async function signInByKeys(session) {
  const { page } = session;
  await page.goto(`${server.url}/login`);
  await settled(session);
  await reach(page, page.getByLabel('Name', { exact: true }), 'the name');
  await page.keyboard.type(ADMIN.name);
  await reach(page, page.getByLabel('Password'), 'the password');
  await page.keyboard.type(ADMIN.password);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
  await settled(session);
}

bothWays('sign in, find a parcel, read its timeline, sign out', async (session) => {
  const { page } = session;
  await signInByKeys(session);
  await reach(page, page.getByRole('searchbox').or(page.getByRole('combobox', { name: /search/i })), 'the search');
  await page.keyboard.type('KEYS1');
  await page.keyboard.press('Enter');
  await reach(page, page.getByRole('main').getByRole('link', { name: 'KEYS1' }), 'the parcel');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'KEYS1' }).waitFor();
  await settled(session);
  await reach(page, page.getByRole('button', { name: 'Sign out' }), 'signing out');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/login/);
});

bothWays('find out why a signature failed', async (session) => {
  const { page } = session;
  await signInByKeys(session);
  await reach(page, page.getByRole('link', { name: 'Failed signatures' }), 'failed signatures');
  await page.keyboard.press('Enter');
  await page.waitForURL(/verdict=failed|failed-signatures/);
  await settled(session);
  const delivery = page.getByRole('main').locator('a[href*="/deliveries/"]');
  await reach(page, delivery, 'the refused delivery');
  await page.keyboard.press('Enter');
  await page.getByText('Signature wrong').first().waitFor();
});

bothWays('add an endpoint', async (session) => {
  const { page, scripts } = session;
  await signInByKeys(session);
  await reach(page, page.getByRole('link', { name: 'Carriers' }), 'carriers');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/carriers$/);
  await settled(session);
  await reach(page, page.getByRole('link', { name: /^Add .*BEX/ }), 'adding a BEX endpoint');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/carriers\/new/);
  await settled(session);
  await reach(page, page.getByLabel('Label'), 'the label');
  await page.keyboard.type(`By keys ${scripts}`);
  await reach(page, page.getByLabel('Webhook secret'), 'the secret');
  await page.keyboard.type(BEX_SECRET);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: `By keys ${scripts}` }).waitFor();
});

bothWays('send a test event', async (session) => {
  const { page, scripts } = session;
  await signInByKeys(session);
  await reach(page, page.getByRole('link', { name: 'Test bench' }), 'the test bench');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/test-bench/);
  await settled(session);
  await reach(page, page.getByLabel('Endpoint', { exact: true }), 'the endpoint');
  await page.keyboard.type('BEX · Keys');
  await reach(page, page.getByRole('button', { name: 'Choose' }), 'choosing it');
  await page.keyboard.press('Enter');
  await page.getByLabel('Parcel number').waitFor();
  await reach(page, page.getByLabel('Parcel number'), 'the number');
  await page.keyboard.type(`KEYTEST${scripts}`);
  await reach(page, page.getByRole('button', { name: 'Compose' }), 'composing');
  await page.keyboard.press('Enter');
  await page.getByLabel('Body', { exact: true }).waitFor();
  await reach(page, page.getByRole('button', { name: 'Send' }), 'sending');
  await page.keyboard.press('Enter');
  await page.getByText('Verified').first().waitFor();
});

bothWays('replay a delivery after seeing what would change', async (session) => {
  const { page } = session;
  await signInByKeys(session);
  await reach(page, page.getByRole('link', { name: 'Deliveries' }), 'deliveries');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/deliveries/);
  await settled(session);
  await page.goto(`${server.url}/deliveries?outcome=applied&carrier=bex`);
  await settled(session);
  await reach(page, page.getByRole('main').locator('a[href*="/deliveries/"]'), 'the delivery');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: /Delivery/ }).waitFor();
  await settled(session);
  await reach(page, page.getByRole('link', { name: /Replay/ }).or(page.getByRole('button', { name: /Replay/ })), 'replay');
  await page.keyboard.press('Enter');
  await eventually(() => page.getByText(/nothing would change|would change/i).count(), 'the dry run');
});
