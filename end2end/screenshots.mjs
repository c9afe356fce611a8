// Takes a picture of every page, both themes and widths, into end2end/screenshots (git ignores it), from an instance
// filled with demo data. Look at all of them. usage: make screenshots
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { launch, openPage, settled, signIn } from './lib/browser.mjs';
import { api, BINARY, startServer } from './lib/server.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, 'screenshots');
mkdirSync(out, { recursive: true });

const server = await startServer();
// Awaited, not synchronous: the server's log has to be read meanwhile, or it waits for its reader.
await promisify(execFile)(resolve(here, '../scripts/demo-data.sh'), [BINARY], { env: server.settings });
const { get } = api(server, 'read');
const first = async (path) => (await get(path)).items[0]?.id;
const parcel = async (query) => `/parcels/${await first(`/parcels?${query}&limit=1`)}`;
const pieces = (await get('/parcels?number=ACP1055352&limit=1')).items[0];
const endpoint = await first('/endpoints?limit=1');

/** Name of the picture → address. */
const PAGES = {
  overview: '/',
  parcels: '/parcels',
  'parcels-view': '/parcels?status=exception',
  'parcels-quick-look': `/parcels?look=${pieces.id}`,
  'parcels-import': '/parcels/import',
  'parcels-filtered-to-nothing': '/parcels?q=nothing-of-this-name',
  'parcel-delivered': await parcel('carrier=pos-malaysia&status=delivered'),
  'parcel-returned': await parcel('carrier=boxnow&status=returned'),
  'parcel-on-its-way': await parcel('carrier=trackingmore&status=in_transit'),
  'parcel-unmapped': await parcel('number=ACP1055360'),
  'parcel-piece': `/parcels/${pieces.id}`,
  shipment: `/shipments/${pieces.shipment.id}`,
  attention: '/attention',
  search: '/search?q=ACP',
  notes: '/notes',
  deliveries: '/deliveries',
  'delivery-applied': `/deliveries/${await first('/deliveries?outcome=applied&limit=1')}`,
  'delivery-refused': `/deliveries/${await first('/deliveries?verdict=failed&limit=1')}`,
  'failed-signatures': '/deliveries?verdict=failed',
  carriers: '/carriers',
  endpoint: `/carriers/${endpoint}`,
  'endpoint-new': '/carriers/new?carrier=boxnow',
  'test-bench': '/test-bench',
  mappings: '/mappings',
  mapping: '/mappings?carrier=bex&key=tracking_event:7',
  settings: '/settings',
  trust: '/trust',
  'not-found': '/nowhere',
};

const browser = await launch();
for (const width of [1280, 360]) {
  for (const dark of [false, true]) {
    for (const scripts of dark ? [true] : [true, false]) {
      const session = await openPage({ on: browser, width, dark, scripts });
      await signIn(session, server);
      for (const [name, path] of Object.entries(PAGES)) {
        await session.page.goto(`${server.url}${path}`);
        await settled(session);
        const file = [name, width, dark ? 'dark' : 'light', ...(scripts ? [] : ['no-scripts'])].join('-');
        await session.page.screenshot({ path: join(out, `${file}.png`), fullPage: true });
      }
      session.forgive(/404/);
      await session.page.context().clearCookies();
      await session.page.goto(`${server.url}/login`);
      await session.page.screenshot({ path: join(out, `login-${width}-${dark ? 'dark' : 'light'}${scripts ? '' : '-no-scripts'}.png`) });
      await session.close();
    }
  }
}
await browser.close();
await server.stop();
console.log(`==> Pictures are in ${out}`);
