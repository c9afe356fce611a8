// The whole job as a newcomer does it: set up, add an endpoint, a carrier posts, the timeline shows it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertFits, bothWays, openPage, settled, signIn, useBrowser } from '../lib/browser.mjs';
import { ADMIN, BEX_SECRET, bexScan, eventually, postAsBex, startServer } from '../lib/server.mjs';

useBrowser();

test('the setup page takes the code from the log, once', async () => {
  for (const scripts of [false, true]) {
    const server = await startServer({ withAdmin: false });
    const session = await openPage({ scripts });
    try {
      const { page } = session;
      await page.goto(server.url);
      assert.match(page.url(), /\/setup$/, 'a fresh instance asks to be set up');
      const code = await eventually(() => server.log().match(/set-?up code[^A-Za-z0-9]+([A-Za-z0-9-]{8,})/i)?.[1], 'a setup code in the log');
      await page.getByLabel('Set-up code').fill('wrong-code');
      await page.getByLabel('Name', { exact: true }).fill(ADMIN.name);
      await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
      await page.getByRole('button', { name: 'Make it and sign in' }).click();
      await page.getByText(/set-up code in the log/i).waitFor();
      session.forgive(/40[13]|422/);
      await page.getByLabel('Set-up code').fill(code);
      await page.getByLabel('Name', { exact: true }).fill(ADMIN.name);
      await page.getByLabel('Password', { exact: true }).fill(ADMIN.password);
      await page.getByRole('button', { name: 'Make it and sign in' }).click();
      await page.waitForURL((url) => !url.pathname.startsWith('/setup'));
      assert.equal((await fetch(`${server.url}/setup`, { redirect: 'manual' })).status, 404, 'the setup page is gone');
      await session.close();
    } finally {
      await page_close(session);
      await server.stop();
    }
  }
});

async function page_close(session) {
  await session.page.context().close().catch(() => {});
}

let server;
before(async () => { server = await startServer(); });
after(async () => { await server?.stop(); });

bothWays('a wrong password is refused in plain words, the right one leads on', async (session) => {
  const { page } = session;
  await page.goto(`${server.url}/deliveries`);
  assert.match(page.url(), /\/login\?next=/);
  await page.getByLabel('Name', { exact: true }).fill(ADMIN.name);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText(/name or the password is wrong/i).waitFor();
  session.forgive(/401/);
  await page.getByLabel('Name', { exact: true }).fill(ADMIN.name);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/deliveries$/);
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.waitForURL(/\/login/);
});

bothWays('a signed webhook becomes a line on a timeline, a wrongly signed one its reason', async (session) => {
  const { page, scripts } = session;
  const label = `Main account ${scripts ? 'on' : 'off'}`;
  const waybill = `ACP10553${scripts ? '52' : '53'}`;
  await signIn(session, server);
  await page.getByRole('link', { name: 'Carriers' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Carriers' }).waitFor();
  await page.getByRole('link', { name: /^Add .*BEX/ }).first().click();
  await page.getByLabel('Label').fill(label);

  await page.getByLabel('Webhook secret').fill('too short');
  await page.getByRole('button', { name: 'Add endpoint' }).click();
  await page.getByText(/32 to 64 characters/).first().waitFor();
  const tooShort = await page.getByLabel('Webhook secret').evaluate((field) => field.validity.tooShort);
  assert.ok(tooShort, 'the browser sends no secret that is too short');

  await page.getByLabel('Label').fill(label);
  await page.getByLabel('Webhook secret').fill(BEX_SECRET);
  await page.getByRole('button', { name: 'Add endpoint' }).click();
  await page.getByRole('heading', { level: 1, name: label }).waitFor();
  const hookUrl = (await page.getByTestId('hook-url').first().textContent()).trim();
  assert.match(hookUrl, /^http:\/\/127\.0\.0\.1:\d+\/hooks\/bex\/\S+$/);
  assert.ok(!(await page.content()).includes(BEX_SECRET), 'the secret is not shown again');

  const answer = await postAsBex(hookUrl, [bexScan(waybill, 7, 'Loaded onto vehicle for delivery', '2026-09-03 07:06:00')]);
  assert.equal(answer.status, 200);
  const { status, delivery } = await answer.json();
  assert.equal(status, 'accepted');

  await page.goto(`${server.url}/parcels?q=${waybill}`);
  await settled(session);
  await eventually(async () => {
    if (await page.getByRole('link', { name: waybill, exact: true }).count()) return true;
    if (!scripts) await page.reload();
    return false;
  }, 'the parcel on the list');
  await page.getByRole('link', { name: waybill, exact: true }).first().click();
  await page.getByRole('heading', { level: 1, name: waybill }).waitFor();
  await page.getByText('Out for delivery').first().waitFor();
  await page.getByText('Loaded onto vehicle for delivery').first().waitFor();
  await page.getByText('07:06').first().waitFor();

  const refused = await postAsBex(hookUrl, [bexScan(waybill, 5, 'Arrived at JNB depot', '2026-09-03 05:00:00')], { secret: `${BEX_SECRET}x` });
  assert.equal(refused.status, 401);
  assert.deepEqual(await refused.json(), { error: 'unauthorized' });
  await page.goto(`${server.url}/deliveries?verdict=failed`);
  await settled(session);
  await page.getByText('Signature wrong').first().waitFor();
  await page.goto(`${server.url}/deliveries/${delivery}`);
  await settled(session);
  await page.getByText('ms-signature').first().waitFor();
  await page.getByText('Verified').first().waitFor();
});

test('what arrives appears without reload', async () => {
  const session = await openPage();
  await signIn(session, server, ADMIN, '/parcels');
  const { hook_url: hookUrl } = JSON.parse(server.cli(['endpoint', 'add', 'bex', '--label', 'Live', '--secret-stdin', '--json'], BEX_SECRET));
  await postAsBex(hookUrl, [bexScan('LIVE1', 1, 'Handed to courier', '2026-09-03 07:06:00')]);
  await session.page.getByRole('link', { name: 'LIVE1' }).first().waitFor();
  await session.close();
});

bothWays('the test bench composes, shows, signs and sends', async (session) => {
  const { page, scripts } = session;
  server.cli(['endpoint', 'add', 'bex', '--label', `Bench ${scripts}`, '--secret-stdin', '--json'], BEX_SECRET);
  await signIn(session, server, ADMIN, '/test-bench');
  await page.getByLabel('Endpoint', { exact: true }).selectOption({ label: `BEX · Bench ${scripts}` });
  await page.getByRole('button', { name: 'Choose' }).click();
  await page.getByLabel('Event', { exact: true }).selectOption({ index: 1 });
  await page.getByLabel('Parcel number').fill(`BENCH-${scripts}`);
  await page.getByRole('button', { name: 'Compose' }).click();
  await page.getByLabel('Body', { exact: true }).waitFor();
  assert.match(await page.getByLabel('Body', { exact: true }).inputValue(), new RegExp(`BENCH-${scripts}`));
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Verified').first().waitFor();
  await page.getByText('Test').first().waitFor();
});

const PAGES = ['/parcels', '/deliveries', '/deliveries?verdict=failed', '/carriers', '/test-bench', '/mappings', '/settings', '/trust'];

for (const width of [360, 1280]) {
  test(`every page is accessible and fits at ${width} px`, async () => {
    const session = await openPage({ width });
    await signIn(session, server);
    const { page } = session;
    const parcel = await page.evaluate(async () => (await (await fetch('/api/v1/parcels?limit=1')).json()).items[0]?.id);
    const endpoint = await page.evaluate(async () => (await (await fetch('/api/v1/endpoints?limit=1')).json()).items[0]?.id);
    const delivery = await page.evaluate(async () => (await (await fetch('/api/v1/deliveries?limit=1')).json()).items[0]?.id);
    for (const path of [...PAGES, `/parcels/${parcel}`, `/carriers/${endpoint}`, `/deliveries/${delivery}`, '/carriers/new?carrier=bex']) {
      await page.goto(`${server.url}${path}`);
      await settled(session);
      assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, `${path} has one h1`);
      await assertFits(page);
      await assertAccessible(page);
    }
    await session.close();
  });
}
