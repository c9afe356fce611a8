// The operator's desk: the queue of what needs a person, settings, the keyboard.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertFits, bothWays, openPage, settled, signIn, useBrowser } from '../lib/browser.mjs';
import { ADMIN, api, BEX_SECRET, bexScan, eventually, postAsBex, startServer } from '../lib/server.mjs';

useBrowser();

let server;
let hookUrl;
before(async () => {
  server = await startServer();
});
after(async () => { await server?.stop(); });

/** Parcels that stand still: their last scan is four days old. */
async function still(numbers) {
  hookUrl ??= JSON.parse(server.cli(['endpoint', 'add', 'bex', '--label', 'Desk', '--secret-stdin', '--json'], BEX_SECRET)).hook_url;
  const then = new Date(Date.now() - 4.5 * 86_400_000).toISOString().slice(0, 19).replace('T', ' ');
  for (const number of numbers) await postAsBex(hookUrl, [bexScan(number, 1, 'Handed to courier', then)]);
  const { get } = api(server, 'read');
  await eventually(async () => {
    const { items } = await get('/attention?queue=stalled');
    return numbers.every((number) => items.some((item) => item.number === number));
  }, 'the parcels in the queue');
}

test('a fresh instance shows the next steps', async () => {
  const fresh = await startServer();
  const session = await openPage();
  try {
    await signIn(session, fresh);
    await session.page.getByText('Three steps to the first parcel').waitFor();
    await assertAccessible(session.page);
    await session.page.getByRole('main').getByRole('link', { name: 'Add an endpoint' }).click();
    await session.page.waitForURL(/\/carriers/);
    await session.close();
  } finally {
    await fresh.stop();
  }
});

bothWays('an operator claims, snoozes and resolves what needs a person', async (session) => {
  const { page, scripts } = session;
  const numbers = ['A', 'B', 'C'].map((letter) => `DESK${letter}${scripts ? 'ON' : 'OFF'}`);
  await still(numbers);
  await signIn(session, server, ADMIN, '/attention');
  const row = (number) => page.locator('[data-row]').filter({ hasText: number });

  await row(numbers[0]).getByRole('button', { name: /Assign to me/ }).click();
  await row(numbers[0]).getByText(`Looked after by ${ADMIN.name}`).waitFor();

  await row(numbers[1]).getByRole('combobox', { name: /^Snooze/ }).selectOption('3d');
  await row(numbers[1]).getByRole('button', { name: /Snooze/ }).click();
  await row(numbers[1]).waitFor({ state: 'detached' });
  if (scripts) {
    await eventually(() => page.evaluate(() => document.activeElement !== document.body), 'focus after an act');
  }

  await row(numbers[2]).getByText('Resolve…').click();
  await row(numbers[2]).getByRole('textbox', { name: /needs nobody/ }).fill('Refunded');
  await row(numbers[2]).getByRole('button', { name: 'Resolve' }).click();
  await row(numbers[2]).waitFor({ state: 'detached' });

  await page.goto(`${server.url}/attention?state=snoozed`);
  await settled(session);
  await row(numbers[1]).getByText(/Snoozed until/).waitFor();
  await page.goto(`${server.url}/attention?state=resolved`);
  await settled(session);
  await row(numbers[2]).getByText('Refunded').first().waitFor();
  await row(numbers[2]).getByRole('button', { name: /Open again/ }).click();
  await row(numbers[2]).waitFor({ state: 'detached' });
});

bothWays('an admin adds a person and a token, and chooses whose clock times are on', async (session) => {
  const { page, scripts } = session;
  const name = `bo-${scripts}`;
  await signIn(session, server, ADMIN, '/settings');
  await page.getByLabel('User name').fill(name);
  await page.locator('#people').getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.locator('#people form.filter-bar select[name=role]').selectOption('operator');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await page.getByText('Saved.').waitFor();
  await page.getByRole('combobox', { name: `Role of ${name}` }).waitFor();

  await page.locator('#tokens').getByLabel('Name', { exact: true }).fill(`ci-${scripts}`);
  await page.getByRole('button', { name: 'Make a token' }).click();
  const token = (await page.getByTestId('made-token').textContent()).trim();
  const answer = await fetch(`${server.url}/api/v1/parcels`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 200, 'the token works');
  await page.goto(`${server.url}/settings`);
  await settled(session);
  assert.ok(!(await page.content()).includes(token), 'it is shown once');

  await page.getByLabel('My time zone').fill('Asia/Kuala_Lumpur');
  await page.getByLabel('Times', { exact: true }).selectOption('mine');
  await page.getByLabel('Tables').selectOption('compact');
  await page.getByRole('button', { name: 'Save preferences' }).click();
  await page.getByText('Saved.').waitFor();
  await settled(session);
  await page.locator('time', { hasText: 'UTC+8' }).first().waitFor();
  assert.equal(await page.locator('html').getAttribute('data-density'), 'compact');
  await page.getByRole('banner').getByRole('button', { name: 'UTC' }).click();
  await settled(session);
  await page.locator('time', { hasText: /UTC$/ }).first().waitFor();
  assert.match(page.url(), /\/settings/, 'it stays on the page');
});

test('the keyboard goes where it says', async () => {
  await still(['KEY1', 'KEY2']);
  const session = await openPage();
  const { page } = session;
  await signIn(session, server, ADMIN, '/attention');
  await page.keyboard.press('j');
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  const first = await focused();
  await page.keyboard.press('j');
  const second = await focused();
  assert.notEqual(first, second);
  await page.keyboard.press('k');
  assert.equal(await focused(), first);
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'hidden' });
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await page.waitForURL(/\/deliveries/);
  await page.keyboard.press('/');
  await page.keyboard.type('gp?');
  assert.match(page.url(), /\/deliveries/, 'silent while something is typed');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('g');
  await page.keyboard.press('o');
  await page.waitForURL((url) => url.pathname === '/');
  await session.close();
});

for (const width of [360, 1280]) {
  test(`the desk's pages are accessible and fit at ${width} px`, async () => {
    const session = await openPage({ width });
    const { page } = session;
    await signIn(session, server);
    for (const path of ['/', '/attention', '/attention?state=snoozed', '/attention?queue=unassigned_notes', '/settings', '/deliveries']) {
      await page.goto(`${server.url}${path}`);
      await settled(session);
      assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, `${path} has one h1`);
      await assertFits(page);
      await assertAccessible(page);
    }
    await session.close();
  });
}
