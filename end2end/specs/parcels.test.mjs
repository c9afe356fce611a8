// The list of parcels: narrowing, the quick look, acts on many with their undoing, columns, views, CSV both ways.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { assertAccessible, assertFits, bothWays, settled, signIn, useBrowser } from '../lib/browser.mjs';
import { api, BEX_SECRET, bexScan, eventually, postAsBex, startServer } from '../lib/server.mjs';

useBrowser();

let server;
let ask;
before(async () => {
  server = await startServer();
  ask = api(server);
  const { hook_url: hookUrl } = await ask.post('/endpoints', { carrier: 'bex', label: 'List', secret: BEX_SECRET });
  const clock = (hoursAgo) => new Date(Date.now() + (2 - hoursAgo) * 3600e3).toISOString().slice(0, 19).replace('T', ' ');
  const numbers = ['ON', 'OFF'].flatMap((ways) => ['A', 'B', 'C'].map((letter) => `LIST${letter}${ways}`));
  await postAsBex(hookUrl, numbers.flatMap((number) => [bexScan(number, 4, 'Departed JNB', clock(5)), bexScan(number, 7, 'Loaded onto vehicle for delivery', clock(2))]));
  await eventually(async () => (await ask.get('/parcels?status=out_for_delivery')).items.length === numbers.length, 'the parcels');
});
after(async () => { await server?.stop(); });

const parcel = async (number) => (await ask.get(`/parcels?number=${number}`)).items[0];

for (const width of [1280, 360]) {
  bothWays(`the quick look opens by its address and closes, ${width} px`, async (session) => {
    const { page, scripts } = session;
    const { id } = await parcel('LISTAON');
    await signIn(session, server, undefined, `/parcels?look=${id}`);
    const look = page.getByRole('complementary', { name: 'Quick look' });
    await look.getByRole('heading', { name: /LISTAON/ }).waitFor();
    await assertFits(page);
    if (scripts) await assertAccessible(page);
    await look.getByRole('link', { name: 'Close' }).click();
    await look.waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Quick look at LISTBON' }).click();
    await look.getByRole('heading', { name: /LISTBON/ }).waitFor();
    if (scripts) {
      await page.keyboard.press('Escape');
      await look.waitFor({ state: 'detached' });
    } else {
      await look.getByRole('link', { name: 'Open the parcel' }).click();
      await page.getByRole('heading', { level: 1, name: /LISTBON/ }).waitFor();
    }
  }, { width });

  bothWays(`the list is narrowed by what is behind “More filters”, and cleared, ${width} px`, async (session) => {
    const { page } = session;
    await signIn(session, server, undefined, '/parcels');
    if (width === 360) await page.getByText('Filters', { exact: true }).click();
    await page.getByText('More filters').click();
    await page.locator('summary', { hasText: 'Substatus' }).click();
    for (const word of ['On the vehicle', 'Delayed']) await page.getByRole('checkbox', { name: word }).check();
    await page.locator('.filter-more').getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(/substatus=on_vehicle|substatus=delayed/);
    await settled(session);
    await page.getByRole('link', { name: 'LISTAON' }).first().waitFor();
    // Each of them can be taken out by itself.
    await page.getByRole('group', { name: 'Narrowed to' }).getByRole('link', { name: 'On the vehicle' }).click();
    await page.getByText('Nothing matches these filters').waitFor();
    await page.getByRole('group', { name: 'Narrowed to' }).getByRole('link', { name: 'Delayed' }).waitFor();
    if (session.scripts) await assertAccessible(page);
    await page.goto(`${server.url}/parcels?substatus=delayed`);
    await page.getByText('Nothing matches these filters').waitFor();
    await assertFits(page);
    await page.getByRole('link', { name: 'Clear filters' }).click();
    await page.getByRole('link', { name: 'LISTAON' }).first().waitFor();
  }, { width });
}

bothWays('a number is followed before its carrier says anything', async (session) => {
  const { page, scripts } = session;
  await signIn(session, server, undefined, '/parcels');
  await page.getByRole('link', { name: 'Add parcel' }).click();
  await page.getByRole('heading', { name: 'Add parcel' }).waitFor();
  await settled(session);
  await page.getByLabel('Tracking number').fill(' - ');
  await page.getByRole('button', { name: 'Add parcel' }).click();
  await page.getByText('A number has 1 to 100 characters.').first().waitFor();
  await page.getByLabel('Tracking number').fill(`FOLLOW-${scripts}`);
  await page.getByLabel('Order number').fill(`PO-${scripts}`);
  await page.getByRole('button', { name: 'Add parcel' }).click();
  await page.getByRole('heading', { name: `FOLLOW-${scripts}` }).waitFor();
  await page.getByText(`PO-${scripts}`).first().waitFor();
  await page.getByRole('link', { name: 'Operators', exact: true }).click();
  await page.getByText('No line of this kind.').waitFor();
  if (scripts) await assertAccessible(page);
}, { width: 360 });

bothWays('several parcels are set to delivered at once, and back', async (session) => {
  const { page, scripts } = session;
  const number = `LISTC${scripts ? 'ON' : 'OFF'}`;
  await signIn(session, server, undefined, '/parcels');
  await page.getByRole('row').filter({ hasText: number }).getByRole('checkbox').check();
  await page.getByRole('combobox', { name: 'What to do' }).selectOption({ label: 'Mark delivered' });
  await page.locator('.bulk-bar').getByLabel('Reason').fill('The depot rang');
  await page.locator('.bulk-bar').getByRole('button').click();
  await page.getByRole('button', { name: 'Undo' }).waitFor();
  await eventually(async () => (await parcel(number)).status === 'delivered', 'the new state');
  await settled(session);
  await page.getByRole('button', { name: 'Undo' }).click();
  await eventually(async () => (await parcel(number)).status === 'out_for_delivery', 'the state before');
});

bothWays('a list of numbers is looked at first, then taken', async (session) => {
  const { page, scripts } = session;
  const number = `IMPORT${scripts ? 'ON' : 'OFF'}`;
  await signIn(session, server, undefined, '/parcels/import');
  await assertFits(page);
  await page.getByLabel(/paste/i).fill(`number,carrier\n${number},bex\n,bex\nX1,nobody\n`);
  await page.getByRole('button', { name: /See what it comes to/ }).click();
  await page.getByRole('cell', { name: new RegExp(number) }).waitFor();
  assert.equal(await parcel(number), undefined, 'a preview keeps nothing');
  await settled(session);
  if (scripts) await assertAccessible(page);
  await page.getByRole('button', { name: /^Take/ }).click();
  await eventually(async () => (await parcel(number))?.status === 'pending', 'the parcel');
});
