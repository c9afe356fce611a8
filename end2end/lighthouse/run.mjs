// Lighthouse on the heaviest pages with ten thousand parcels, on desktop settings. Fails below 95, or when the first load
// transfers more than 350 kB. usage: make lighthouse
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { signIn } from '../lib/browser.mjs';
import { api, BEX_SECRET, bexScan, freePort, postAsBex, startServer } from '../lib/server.mjs';
import { chromium } from 'playwright-core';
import lighthouse, { desktopConfig } from 'lighthouse';

const PARCELS = Number(process.env.PARCELS ?? 10_000);
const PER_REQUEST = 50;
const LEAST = 95;
const MOST_BYTES = 350_000;
const SCANS = [[13, 'Label created'], [1, 'Received at branch'], [4, 'Departed JNB branch'], [5, 'Arrived at CPT branch'], [7, 'Loaded onto vehicle for delivery']];

const server = await startServer();
const ask = api(server);
const endpoint = await ask.post('/endpoints', { carrier: 'bex', label: 'Main account', secret: BEX_SECRET });
const clock = (minutesAgo) => new Date(Date.now() + 2 * 3600e3 - minutesAgo * 60e3).toISOString().slice(0, 19).replace('T', ' ');
console.log(`==> Sending ${PARCELS} parcels.`);
for (let first = 0; first < PARCELS; first += PER_REQUEST) {
  const scans = [];
  for (let n = first; n < Math.min(first + PER_REQUEST, PARCELS); n += 1) {
    for (const [at, [type, words]] of SCANS.slice(0, 1 + (n % SCANS.length)).entries()) {
      scans.push(bexScan(`ACP${2_000_000 + n}`, type, words, clock(n % 5000 + 600 - at * 90)));
    }
  }
  const answer = await postAsBex(endpoint.hook_url, scans);
  if (answer.status !== 200) throw new Error(`the front door answered ${answer.status}`);
}
const pending = async () => (await ask.get('/deliveries?outcome=received&limit=1')).items.length;
while (await pending()) await new Promise((done) => setTimeout(done, 1000));
const [parcel] = (await ask.get('/parcels?status=out_for_delivery&limit=1')).items;

// Lighthouse opens its tab in the browser's own profile: signed in there, every page is the operator's, not the login.
const port = await freePort();
const profile = mkdtempSync(join(tmpdir(), 'parcelwire-lighthouse-'));
const judged = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-dev-shm-usage', `--remote-debugging-port=${port}`],
});
await signIn({ page: await judged.newPage() }, server);
const pages = { parcels: '/parcels', parcel: `/parcels/${parcel.id}`, deliveries: '/deliveries' };
const categories = ['performance', 'accessibility', 'best-practices'];
let passed = true;
for (const [name, path] of Object.entries(pages)) {
  const { lhr } = await lighthouse(
    `${server.url}${path}`,
    { port, onlyCategories: categories, logLevel: 'error' },
    desktopConfig,
  );
  if (lhr.finalDisplayedUrl !== `${server.url}${path}`) throw new Error(`${path} led to ${lhr.finalDisplayedUrl}`);
  const scores = categories.map((category) => Math.round(lhr.categories[category].score * 100));
  const bytes = lhr.audits['total-byte-weight'].numericValue;
  const [paint, interactive] = ['first-contentful-paint', 'interactive'].map((audit) => lhr.audits[audit].displayValue);
  console.log(`${name.padEnd(10)} ${categories.map((category, at) => `${category} ${scores[at]}`).join(' · ')} · ${Math.round(bytes / 1000)} kB · painted ${paint}, interactive ${interactive}`);
  for (const { id } of Object.values(lhr.audits).filter((audit) => audit.score !== null && audit.score < 0.9 && audit.scoreDisplayMode !== 'informative')) console.log(`             ${id}: ${lhr.audits[id].displayValue ?? lhr.audits[id].title}`);
  passed &&= scores.every((score) => score >= LEAST) && bytes <= MOST_BYTES;
}
await judged.close();
rmSync(profile, { recursive: true });
await server.stop();
if (!passed) throw new Error(`below ${LEAST}, or more than ${MOST_BYTES / 1000} kB`);
