// A code nobody knows: found in the inbox, previewed, mapped, gone back from and confirmed; policies of an endpoint.
import { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { assertAccessible, assertFits, bothWays, settled, signIn, useBrowser } from '../lib/browser.mjs';
import { BEX_SECRET, api, bexScan, eventually, postAsBex, startServer } from '../lib/server.mjs';

let server;
let ask;
let endpoint;
useBrowser();
before(async () => {
  server = await startServer();
  ask = api(server);
  endpoint = await ask.post('/endpoints', { carrier: 'bex', label: 'Main account', secret: BEX_SECRET });
});
after(async () => { assert.equal(await server.stop(), 0); });

async function parcelOf(number) {
  const list = await ask.get(`/parcels?number=${number}`);
  return list.items[0];
}

bothWays('an unmapped code is previewed, mapped and gone back from', async (session) => {
  const { page, scripts } = session;
  const code = scripts ? 142 : 143;
  const number = `MAP${code}`;
  const answer = await postAsBex(endpoint.hook_url, [
    bexScan(number, 7, 'Loaded onto vehicle', '2026-06-17 09:00:00'),
    bexScan(number, code, 'Held up by a flood', '2026-06-17 12:00:00'),
  ]);
  assert.equal(answer.status, 200);
  await eventually(async () => (await parcelOf(number))?.status === 'out_for_delivery', 'the parcel');

  await signIn(session, server, undefined, '/mappings');
  await page.getByRole('link', { name: new RegExp(`tracking_event:${code}`) }).click();
  await page.getByText('This code has no meaning yet').waitFor();
  await settled(session);
  if (scripts) await assertAccessible(page);
  await page.getByLabel('Status', { exact: true }).selectOption('in_transit');
  await page.getByLabel('Substatus').selectOption({ value: 'in_transit.delayed' });
  await page.getByLabel('Reason').selectOption('force_majeure_weather');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('1 parcel would change.').waitFor();
  await page.getByRole('link', { name: number }).first().waitFor();
  assert.equal((await parcelOf(number)).status, 'out_for_delivery', 'a preview keeps nothing');
  if (scripts) await assertAccessible(page);

  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. Parcels with this code are worked out again.').waitFor();
  assert.equal((await parcelOf(number)).substatus, 'delayed');
  await page.getByText('counts now').waitFor();

  await page.getByLabel('Status', { exact: true }).selectOption('');
  await page.getByLabel('Substatus').selectOption('');
  await page.getByLabel('Reason').selectOption('customs_hold');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Needs a status.', { exact: true }).waitFor();
  session.forgive(/status of 500/);
  await settled(session);
  await page.getByLabel('Status', { exact: true }).selectOption('');
  await page.getByLabel('Substatus').selectOption('');
  await page.getByLabel('Reason').selectOption('');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Use again: version 1' }).waitFor();
  assert.equal((await parcelOf(number)).status, 'out_for_delivery');
  await page.getByRole('button', { name: 'Use again: version 1' }).click();
  await page.getByText('The earlier version counts again.').waitFor();
  assert.equal((await parcelOf(number)).substatus, 'delayed');
  await page.setViewportSize({ width: 360, height: 740 });
  await assertFits(page);
  if (scripts) await assertAccessible(page);
});

bothWays('a low-confidence row is confirmed', async (session) => {
  const { page, scripts } = session;
  const key = scripts ? 'event:HUB_EXC' : 'event:ITEM_EXC';
  await signIn(session, server, undefined, '/mappings?carrier=pos-malaysia&confidence=L');
  await page.getByRole('link', { name: new RegExp(key.replace('*', '\\*')) }).click();
  await page.getByRole('button', { name: 'Confirm this meaning' }).click();
  await page.getByText('Confirmed.').waitFor();
  const row = await ask.get(`/mappings/pos-malaysia/${encodeURIComponent(key)}`);
  assert.deepEqual([row.confidence, row.version], ['H', 2]);
});

bothWays('a threshold that does not fit is told beside its field', async (session) => {
  const { page, scripts } = session;
  await signIn(session, server, undefined, `/carriers/${endpoint.id}`);
  await page.getByText('Stall thresholds').click();
  await page.getByLabel('In transit: watch after').fill('90');
  await page.getByLabel('In transit: act after').fill('60');
  await page.locator('form:has([name="settings[time_zone]"])').getByRole('button', { name: 'Save' }).click();
  await page.locator('#fault-stall-in_transit-act_hours').getByText('Must not come before watching.').waitFor({ state: 'attached' });
  session.forgive(/status of 500/);
  await settled(session);
  if (scripts) await assertAccessible(page);
});
