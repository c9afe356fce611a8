// Runs a spec twice, scripts off and scripts on; any console error, page error or hydration warning fails it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { ADMIN } from './server.mjs';

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-default-apps', '--disable-dev-shm-usage',
];

export async function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS });
}

let browser;

/** Call once per spec file. */
export function useBrowser() {
  before(async () => { browser = await launch(); });
  after(async () => { await browser?.close(); });
}

/** A page that remembers what went wrong in it. */
export async function openPage({ scripts = true, width = 1280, dark = false, on = browser } = {}) {
  const context = await on.newContext({
    javaScriptEnabled: scripts,
    viewport: { width, height: width < 600 ? 740 : 900 },
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' || /hydration|mismatch/i.test(text)) faults.push(`${message.type()}: ${text} (${page.url()})`);
  });
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
  return {
    page,
    scripts,
    /** An expected failed request (401, 403, 404, …) also shows as a console error: forget those that match. */
    forgive: (pattern) => { for (let i = faults.length - 1; i >= 0; i -= 1) if (pattern.test(faults[i])) faults.splice(i, 1); },
    async close() {
      await context.close();
      assert.deepEqual(faults, [], 'the browser complained');
    },
  };
}

/** Defines the test twice. */
export function bothWays(name, body, options = {}) {
  for (const scripts of [false, true]) {
    test(`${name} (scripts ${scripts ? 'on' : 'off'})`, async () => {
      const session = await openPage({ scripts, ...options });
      let passed = false;
      try {
        await body(session);
        passed = true;
      } finally {
        if (passed) await session.close();
        else await session.page.context().close();
      }
    });
  }
}

/** Waits until the page reacts to scripts (nothing to wait for without them). */
export async function settled({ page, scripts }) {
  await page.waitForLoadState('load');
  if (!scripts) return;
  // A stranger's page has nothing to wake up.
  await page.waitForFunction(() => {
    const { hydrated, busy } = document.documentElement.dataset;
    return busy === undefined && (hydrated !== undefined || !document.querySelector('link[rel=modulepreload]'));
  });
}

export async function signIn(session, server, who = ADMIN, next = '/') {
  await session.page.goto(`${server.url}/login?next=${encodeURIComponent(next)}`);
  await session.page.getByLabel('Name', { exact: true }).fill(who.name);
  await session.page.getByLabel('Password').fill(who.password);
  await session.page.getByRole('button', { name: 'Sign in' }).click();
  await session.page.waitForURL((url) => !url.pathname.startsWith('/login'));
  await settled(session);
}

/** No accessibility violation, in both themes. */
export async function assertAccessible(page) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(axeSource);
    const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    const lines = result.violations.flatMap((v) => v.nodes.map((n) => `${v.id}: ${v.help} — ${n.target.join(' ')} — ${n.failureSummary?.split('\n').slice(1, 2).join('')}`));
    assert.deepEqual(lines, [], `axe found something on ${page.url()} (${colorScheme})`);
  }
}

/** Nothing sticks out to the right of a narrow screen. */
export async function assertFits(page) {
  const [scroll, client] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(scroll <= client, `${page.url()} is ${scroll} px wide on a ${client} px screen`);
}
