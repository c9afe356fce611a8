// What a parcel's page says and what operators do there: why it has its state, an assertion and its undo, a waybill of
// three pieces with one signed for, a note without a number, a code without a meaning.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible, assertFits, bothWays, openPage, settled, signIn, useBrowser } from '../lib/browser.mjs';
import { ADMIN, BEX_SECRET, api, bexScan, eventually, postAsBex, startServer } from '../lib/server.mjs';

useBrowser();

let server;
let hook;
let calls;
before(async () => {
  server = await startServer();
  ({ hook_url: hook } = JSON.parse(server.cli(['endpoint', 'add', 'bex', '--label', 'Main', '--secret-stdin', '--json'], BEX_SECRET)));
  calls = api(server);
});
after(async () => { await server?.stop(); });

const pod = (waybill, date, time, pieces) => ({
  Action: 'pod', WaybillNumber: waybill, PODDate: date, PODTime: time, Signee: 'Thandi Nkosi', PODPieces: pieces,
});

/** The parcels of a number, once there are some. */
const parcelsOf = (number) => eventually(async () => {
  const { items } = await calls.get(`/parcels?number=${number}`);
  return items.length > 0 && items;
}, `a parcel ${number}`);

async function post(notifications) {
  assert.equal((await postAsBex(hook, notifications)).status, 200);
}

bothWays('the page says which event decides, by which rule, and what was set aside', async (session) => {
  const { page, scripts } = session;
  const waybill = `WHY${scripts ? 'ON' : 'OFF'}`;
  await post([
    bexScan(waybill, 1, 'Handed to courier', '2026-09-01 08:00:00'),
    pod(waybill, '2026-09-02', '10:05:00', 1),
    bexScan(waybill, 5, 'Arrived at JNB depot', '2026-09-02 12:00:00'),
  ]);
  const [parcel] = await eventually(async () => (await parcelsOf(waybill)).filter((p) => p.status === 'delivered').length && parcelsOf(waybill));
  await signIn(session, server, ADMIN, `/parcels/${parcel.id}`);
  await page.getByRole('heading', { name: 'Why this state' }).waitFor();
  await page.getByText('A delivery stands until a return').first().waitFor();
  await page.getByRole('heading', { name: 'After delivery' }).waitFor();
  const aside = page.locator('.aside-list');
  assert.match(await aside.innerText(), /After delivery/);
  await page.getByRole('link', { name: /“Signed for”/ }).click();
  await page.waitForURL(/#e-/);
  const line = page.locator(`[id="e-${parcel.head_event}"]`);
  await line.waitFor();
  await line.getByText('Details').click();
  await line.getByRole('link', { name: 'change mapping' }).waitFor();
  assert.match(await line.innerText(), /BEX pod → delivered\.signed, v1/);
  await line.locator('.event-more a[href*="/deliveries/"]').first().click();
  await page.getByRole('heading', { level: 1, name: /Delivery from BEX/ }).waitFor();
});

bothWays('an operator sets the status with a reason, and undoes it from the notice', async (session) => {
  const { page, scripts } = session;
  const waybill = `SET${scripts ? 'ON' : 'OFF'}`;
  await post([bexScan(waybill, 7, 'Loaded onto vehicle for delivery', '2026-09-01 08:00:00')]);
  const [parcel] = await parcelsOf(waybill);
  await signIn(session, server, ADMIN, `/parcels/${parcel.id}`);
  await page.getByRole('link', { name: 'Set the status' }).click();
  await page.getByLabel('It is').selectOption('delivered');
  await page.getByLabel('Reason').fill('The recipient rang');
  await page.getByRole('button', { name: 'Set the status' }).click();
  await page.getByText('Done: it is delivered').waitFor();
  await page.getByText('The recipient rang').first().waitFor();
  await page.getByText('An operator said so.').first().waitFor();
  assert.equal((await calls.get(`/parcels/${parcel.id}`)).status, 'delivered');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Voided: it stays on the timeline').waitFor();
  await page.getByText(/Voided by admin/).first().waitFor();
  assert.equal((await calls.get(`/parcels/${parcel.id}`)).status, 'out_for_delivery');
});

bothWays('an event is voided from its line with a reason, and put back', async (session) => {
  const { page, scripts } = session;
  const waybill = `VOID${scripts ? 'ON' : 'OFF'}`;
  await post([
    bexScan(waybill, 1, 'Handed to courier', '2026-09-01 08:00:00'),
    bexScan(waybill, 7, 'Loaded onto vehicle for delivery', '2026-09-01 09:00:00'),
  ]);
  const [parcel] = await eventually(async () => (await parcelsOf(waybill)).filter((p) => p.events_count === 2).length && parcelsOf(waybill));
  await signIn(session, server, ADMIN, `/parcels/${parcel.id}`);
  const line = page.locator(`[id="e-${parcel.head_event}"]`);
  await line.getByText('Details').click();
  await line.getByRole('link', { name: 'Void this event' }).click();
  await line.getByLabel('Reason').fill('Scanned by mistake');
  await line.getByRole('button', { name: 'Void it' }).click();
  await page.getByText('Voided: it stays on the timeline').waitFor();
  await line.getByText(/Voided by admin/).waitFor();
  assert.equal((await calls.get(`/parcels/${parcel.id}`)).status, 'in_transit');
  await line.getByRole('link', { name: 'Put back' }).click();
  await line.getByRole('button', { name: 'Put it back' }).click();
  await page.getByText('Put back: it counts again.').waitFor();
  assert.equal((await calls.get(`/parcels/${parcel.id}`)).status, 'out_for_delivery');
});

bothWays('a waybill of three pieces with one signed for: an operator says which', async (session) => {
  const { page, scripts } = session;
  const waybill = `WB3${scripts ? 'ON' : 'OFF'}`;
  await post([{ Action: 'waybill_update', WaybillNumber: waybill, Service: 'ECO', Parcels: ['P1', 'P2', 'P3'].map((ParcelBarcodeNumber) => ({ ParcelBarcodeNumber, Weight: 2.5 })) }]);
  await post([bexScan(waybill, 7, 'Loaded onto vehicle for delivery', '2026-09-01 08:00:00')]);
  await post([pod(waybill, '2026-09-01', '10:05:00', 1)]);
  const pieces = await eventually(async () => (await parcelsOf(waybill)).filter((p) => p.shipment?.signed_for === 1).length === 3 && parcelsOf(waybill));
  await signIn(session, server, ADMIN, `/shipments/${pieces[0].shipment.id}`);
  await page.getByText('1 of 3 delivered · 2 out for delivery').waitFor();
  await page.getByText('Pieces signed for: 1 of 3').waitFor();
  await page.getByLabel('P2').check();
  await page.getByLabel('Reason').fill('The driver said so');
  await page.getByRole('button', { name: 'Set the ticked pieces to delivered' }).click();
  await page.getByText('Done: the ticked pieces are delivered').waitFor();
  const statusOf = async (name) => (await parcelsOf(waybill)).find((p) => p.piece === name).status;
  assert.deepEqual([await statusOf('P1'), await statusOf('P2')], ['out_for_delivery', 'delivered']);
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('Taken back.').first().waitFor();
  assert.equal(await statusOf('P2'), 'out_for_delivery');
});

bothWays('a note without a number waits in the inbox until it is attached', async (session) => {
  const { page, scripts } = session;
  const waybill = `NOTE${scripts ? 'ON' : 'OFF'}`;
  const text = `Deliver after five (${waybill.length})`;
  await post([bexScan(waybill, 1, 'Handed to courier', '2026-09-01 08:00:00')]);
  await post([{ Action: 'waybill_note', NoteText: text, NoteUser: 'Sipho' }]);
  const [parcel] = await parcelsOf(waybill);
  await eventually(async () => (await calls.get('/unassigned-notes')).items.length > 0, 'the note in the inbox');
  await signIn(session, server, ADMIN, '/parcels');
  await page.getByRole('link', { name: /Notes inbox|Notes/ }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Notes inbox' }).waitFor();
  await page.getByText(text).waitFor();
  await page.getByLabel('Number', { exact: true }).fill(waybill);
  await page.getByRole('button', { name: 'Attach', exact: true }).click();
  await page.getByText('Attached to').waitFor();
  await page.goto(`${server.url}/parcels/${parcel.id}`);
  await settled(session);
  await page.getByText(text).first().waitFor();
});

bothWays('an unknown code gets a meaning, after a preview, and its parcels move', async (session) => {
  const { page, scripts } = session;
  const waybill = `CODE${scripts ? 'ON' : 'OFF'}`;
  await post([bexScan(waybill, scripts ? 52 : 53, 'Held up by a flood', '2026-09-01 08:00:00')]);
  const [parcel] = await parcelsOf(waybill);
  assert.notEqual(parcel.status, 'in_transit');
  await signIn(session, server, ADMIN, `/parcels/${parcel.id}`);
  await page.getByRole('link', { name: /Not mapped/ }).click();
  await page.getByRole('heading', { level: 1, name: 'Mappings' }).waitFor();
  await page.getByLabel('Status', { exact: true }).selectOption('in_transit');
  await page.getByLabel('Substatus', { exact: true }).selectOption({ label: 'Delayed' });
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByRole('heading', { name: 'What saving would change' }).waitFor();
  const row = page.getByRole('row', { name: new RegExp(waybill) });
  await row.getByText('In transit').waitFor();
  assert.notEqual((await calls.get(`/parcels/${parcel.id}`)).status, 'in_transit', 'a preview changes nothing');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await eventually(async () => (await calls.get(`/parcels/${parcel.id}`)).status === 'in_transit', 'the parcel moves');
  await page.goto(`${server.url}/parcels/${parcel.id}`);
  await settled(session);
  await page.getByText('Delayed').first().waitFor();
  assert.equal(await page.getByRole('link', { name: /Not mapped/ }).count(), 0);
});

for (const width of [360, 1280]) {
  test(`timelines, forms and shipments are accessible and fit at ${width} px`, async () => {
    const number = `FIT${width}`;
    await post([{ Action: 'waybill_update', WaybillNumber: number, Service: 'ECO', TotalCharges: 10, Parcels: [{ ParcelBarcodeNumber: 'P1' }, { ParcelBarcodeNumber: 'P2' }] }]);
    await post([
      bexScan(number, 5, `Arrived at ${'a very long place '.repeat(20)}depot`, '2026-09-01 07:00:00'),
      bexScan(number, 42, 'Κανείς δεν το εξήγησε – لا أحد', '2026-09-01 07:30:00'),
      { ...pod(number, '2026-09-01', '10:05:00', 1) },
    ]);
    await post([{ Action: 'waybill_note', NoteText: `Nobody knows ${width}`, NoteUser: 'Sipho' }]);
    const [parcel] = await eventually(async () => (await parcelsOf(number)).filter((p) => p.events_count === 4).length && parcelsOf(number));
    const session = await openPage({ width });
    await signIn(session, server);
    const { page } = session;
    const pages = [
      `/parcels/${parcel.id}`, `/parcels/${parcel.id}?act=mark`, `/parcels/${parcel.id}?act=note`,
      `/parcels/${parcel.id}?act=move&event=${parcel.head_event}`, `/shipments/${parcel.shipment.id}`, '/notes',
    ];
    for (const path of pages) {
      await page.goto(`${server.url}${path}`);
      await settled(session);
      for (const details of await page.locator('.event-more').all()) await details.evaluate((node) => { node.open = true; });
      assert.equal(await page.getByRole('heading', { level: 1 }).count(), 1, `${path} has one h1`);
      await assertFits(page);
      await assertAccessible(page);
    }
    await session.close();
  });
}
