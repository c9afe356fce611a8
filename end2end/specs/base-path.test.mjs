// Everything works under a path of somebody else's host: pages, assets, server functions, hooks, live updates, signing out.
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { bothWays, settled, signIn, useBrowser } from '../lib/browser.mjs';
import { BEX_SECRET, bexScan, eventually, freePort, postAsBex, startServer } from '../lib/server.mjs';

useBrowser();
let server;
before(async () => {
  const port = await freePort();
  server = await startServer({ port, path: '/wire', env: { PARCELWIRE_PUBLIC_URL: `http://127.0.0.1:${port}/wire` } });
});
after(async () => { await server?.stop(); });

bothWays('the console works where it is mounted', async (session) => {
  const { page, scripts } = session;
  const outside = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (!pathname.startsWith('/wire/') && pathname !== '/wire') outside.push(`${request.method()} ${pathname}`);
  });
  await signIn(session, server);
  const label = `Mounted ${scripts}`;
  await page.getByRole('link', { name: 'Carriers' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Carriers' }).waitFor();
  await page.getByRole('link', { name: /^Add .*BEX/ }).first().click();
  await page.getByLabel('Label').fill(label);
  await page.getByLabel('Webhook secret').fill(BEX_SECRET);
  await page.getByRole('button', { name: 'Add endpoint' }).click();
  await page.getByRole('heading', { level: 1, name: label }).waitFor();
  assert.match(page.url(), /\/wire\/carriers\//);
  const hookUrl = (await page.getByTestId('hook-url').first().textContent()).trim();
  assert.match(hookUrl, /^http:\/\/127\.0\.0\.1:\d+\/wire\/hooks\/bex\//);

  const waybill = `WIRE${scripts ? 1 : 2}`;
  if (scripts) {
    await page.goto(`${server.url}/parcels`);
    await settled(session);
  }
  const answer = await postAsBex(hookUrl, [bexScan(waybill, 7, 'Loaded onto vehicle', '2026-09-03 07:06:00')]);
  assert.equal(answer.status, 200);
  if (!scripts) await eventually(async () => {
    await page.goto(`${server.url}/parcels`);
    return page.getByRole('link', { name: waybill }).count();
  }, 'the parcel on the list');
  await page.getByRole('link', { name: waybill }).first().click();
  await page.getByRole('heading', { level: 1, name: waybill }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).first().click();
  await page.waitForURL(/\/wire\/login/);
  assert.deepEqual(outside, [], 'nothing is asked outside of the path');
});
