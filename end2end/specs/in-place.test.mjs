// With scripts, pages change in place: nothing that is typed, ticked, unfolded, focused or read is lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openPage, settled, signIn, useBrowser } from '../lib/browser.mjs';
import { api, BEX_SECRET, bexScan, eventually, postAsBex, startServer } from '../lib/server.mjs';

useBrowser();

let server;
let ask;
let hookUrl;
const scan = (number, text = 'Departed JNB', at = '2026-09-03 07:06:00') => postAsBex(hookUrl, [bexScan(number, 4, text, at)]);
const parcel = async (number) => (await ask.get(`/parcels?number=${number}`)).items[0];

before(async () => {
  server = await startServer();
  ask = api(server);
  hookUrl = (await ask.post('/endpoints', { carrier: 'bex', label: 'In place', secret: BEX_SECRET })).hook_url;
  for (let n = 10; n < 60; n += 1) await scan(`PLACE${n}`);
  await eventually(async () => (await ask.get('/parcels?limit=100')).items.length === 50, 'the parcels');
});
after(async () => { await server?.stop(); });

/** A page that would forget this mark if its document were loaded anew. */
async function marked(path, options) {
  const session = await openPage(options);
  await signIn(session, server, undefined, path);
  await session.page.evaluate(() => { globalThis.sameDocument = true; });
  session.same = () => session.page.evaluate(() => globalThis.sameDocument === true);
  return session;
}

test('links, filters, back and forth stay in one document, and lead back to where one was reading', async () => {
  const session = await marked('/parcels');
  const { page } = session;
  const row = page.getByRole('link', { name: 'PLACE14', exact: true });
  await row.scrollIntoViewIfNeeded();
  const place = await page.evaluate(() => globalThis.scrollY);
  assert.ok(place > 100, `the list is long enough to scroll (${place})`);
  await row.click();
  await page.getByRole('heading', { level: 1, name: 'PLACE14' }).waitFor();
  assert.match(page.url(), /\/parcels\/[0-9a-f-]{36}$/);
  assert.match(await page.title(), /PLACE14/);
  assert.equal(await page.evaluate(() => globalThis.scrollY), 0, 'a new page begins at its top');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'main', 'the focus is on the page');
  assert.equal(await page.locator('.rail a[aria-current=page]').first().textContent().then((text) => text.includes('Parcels')), true);
  await page.goBack();
  await page.getByRole('link', { name: 'PLACE15', exact: true }).waitFor();
  await eventually(async () => Math.abs(await page.evaluate(() => globalThis.scrollY) - place) < 5, 'the place in the list');
  await page.goForward();
  await page.getByRole('heading', { level: 1, name: 'PLACE14' }).waitFor();
  assert.ok(await session.same());
  await session.close();
});

test('what arrives leaves ticks, typed words, folds, focus and place alone', async () => {
  const session = await marked('/parcels');
  const { page } = session;
  const tick = page.getByRole('checkbox', { name: /PLACE20/ });
  await tick.check();
  await page.getByText('Columns', { exact: true }).click();
  await page.locator('.bulk-bar select').selectOption('remove_tag');
  await page.locator('.bulk-tag input').fill('half a wor');
  const place = await page.evaluate(() => globalThis.scrollY);
  await scan('ARRIVED1');
  await page.getByRole('link', { name: 'ARRIVED1', exact: true }).waitFor();
  assert.ok(await tick.isChecked(), 'the tick is still on its parcel');
  assert.equal(await page.locator('input[name="parcels[]"]:checked').count(), 1, 'and on no other');
  assert.equal(await page.locator('.bulk-tag input').inputValue(), 'half a wor');
  assert.equal(await page.locator('.bulk-bar select').inputValue(), 'remove_tag');
  assert.ok(await page.getByRole('button', { name: 'Show these' }).isVisible(), 'what is unfolded stays unfolded');
  assert.ok(await page.locator('.bulk-tag input').evaluate((field) => field === document.activeElement), 'the focus stays');
  assert.equal(await page.evaluate(() => globalThis.scrollY), place);
  assert.ok(await session.same());
  await session.close();
});

test('nothing is missed while the tab sleeps or the connection is gone', async () => {
  const session = await marked('/parcels');
  const { page } = session;
  await page.locator('.live-dot[data-state=live]').waitFor();
  await page.context().setOffline(true);
  await scan('MISSED1');
  await page.context().setOffline(false);
  await page.getByRole('link', { name: 'MISSED1', exact: true }).waitFor();
  session.forgive(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK/);
  assert.ok(await session.same());
  await session.close();
});

test('a refused form keeps what was typed and says why, once', async () => {
  const { id } = await parcel('PLACE30');
  const session = await marked(`/parcels/${id}?act=note#act`);
  const { page } = session;
  const text = page.getByLabel('Note', { exact: true });
  await text.fill('x'.repeat(6000));
  await page.locator('.act-panel').getByRole('button').click();
  await page.locator('[data-fault]').first().waitFor();
  assert.equal(await page.locator('[data-fault]').count(), 1);
  assert.equal((await text.inputValue()).length, 6000, 'what was typed is still there');
  assert.doesNotMatch(page.url(), /__err/, 'the address is not spoiled');
  await text.fill('Rang the depot.');
  await page.locator('.act-panel').getByRole('button').click();
  await page.getByText('Rang the depot.').first().waitFor();
  await page.getByRole('button', { name: 'Undo' }).first().waitFor();
  assert.ok(await session.same());
  await session.close();
});

test('a page that takes long shows that it comes, and nothing of the one before', async () => {
  const session = await marked('/parcels');
  const { page } = session;
  const held = [];
  await page.route('**/deliveries', (route) => { held.push(route); });
  await page.getByRole('link', { name: 'Deliveries', exact: true }).first().click();
  await page.locator('html[data-awaits]').waitFor({ state: 'attached' });
  assert.equal(await page.getByRole('link', { name: 'PLACE14', exact: true }).isVisible(), false);
  assert.ok(held.length === 1, 'one request is under way');
  await held[0].continue();
  await page.getByRole('heading', { level: 1, name: 'Deliveries' }).waitFor();
  assert.equal(await page.locator('html[data-awaits]').count(), 0);
  assert.ok(await session.same());
  await session.close();
});

test('an unreachable server is said, and the page stays', async () => {
  const session = await marked('/parcels');
  const { page } = session;
  await page.route('**/deliveries', (route) => route.abort());
  await page.getByRole('link', { name: 'Deliveries' }).first().click();
  await page.getByText('The server cannot be reached').waitFor();
  await page.getByRole('link', { name: 'PLACE14', exact: true }).waitFor();
  await page.unroute('**/deliveries');
  await page.getByRole('link', { name: 'Deliveries' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Deliveries' }).waitFor();
  assert.equal(await page.getByText('The server cannot be reached').isVisible(), false);
  session.forgive(/ERR_FAILED/);
  assert.ok(await session.same());
  await session.close();
});

test('the small things: copying, ticking all, choosing a theme, times kept up', async () => {
  const session = await marked('/parcels');
  const { page } = session;
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('checkbox', { name: 'Choose all on this page' }).check();
  assert.equal(await page.locator('input[name="parcels[]"]:not(:checked)').count(), 0);
  await page.getByRole('button', { name: 'Dark' }).first().click();
  await page.locator('html[data-theme=dark]').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Dark' }).first().getAttribute('aria-pressed'), 'true');
  const { id } = await parcel('PLACE31');
  await page.goto(`${server.url}/parcels?look=${id}`);
  await settled(session);
  await page.locator('.drawer .copy-button').first().click();
  await page.locator('.drawer .copy-button[data-copied]').first().waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), 'PLACE31');
  await session.close();
});

test('a session that ended leads to the sign-in, not to a half page', async () => {
  const session = await marked('/parcels');
  const { page } = session;
  await page.context().clearCookies();
  await page.getByRole('link', { name: 'Deliveries' }).first().click();
  await page.waitForURL(/\/login/);
  await page.getByLabel('Password').waitFor();
  await session.close();
});
