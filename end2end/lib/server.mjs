// Starts the server on a throw-away data directory, and talks to it as an operator's scripts would.
import { spawn, execFileSync } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const BINARY = process.env.PARCELWIRE_BINARY ?? resolve('../target/debug/parcelwire');
export const ADMIN = { name: 'admin', password: 'correct horse battery staple' };

/** A port nobody listens on right now. */
export async function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

/** A running Parcelwire. `withAdmin: false` leaves the setup page open; `path` is where `env` mounts it. */
export async function startServer({ withAdmin = true, env = {}, port = undefined, path = '' } = {}) {
  const dataDir = mkdtempSync(join(tmpdir(), 'parcelwire-e2e-'));
  port ??= await freePort();
  const settings = {
    PATH: process.env.PATH,
    HOME: dataDir,
    PARCELWIRE_LISTEN: `127.0.0.1:${port}`,
    PARCELWIRE_DATA_DIR: dataDir,
    ...(withAdmin ? { PARCELWIRE_ADMIN_USER: ADMIN.name, PARCELWIRE_ADMIN_PASSWORD: ADMIN.password } : {}),
    ...env,
  };
  const child = spawn(BINARY, ['serve'], { env: settings, cwd: dataDir, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (log += chunk));
  const url = `http://127.0.0.1:${port}${path}`;
  const server = {
    url,
    dataDir,
    settings,
    log: () => log,
    cli: (args, input) => execFileSync(BINARY, args, { env: settings, cwd: dataDir, input, encoding: 'utf8' }),
    async stop() {
      const gone = new Promise((done) => child.once('exit', (code) => done(code)));
      if (child.exitCode === null) child.kill('SIGTERM');
      const code = child.exitCode ?? (await gone);
      rmSync(dataDir, { recursive: true, force: true });
      return code;
    },
  };
  for (let tries = 0; ; tries += 1) {
    if (child.exitCode !== null) throw new Error(`parcelwire ended with ${child.exitCode}:\n${log}`);
    const ready = await fetch(`${url}/readyz`).then((r) => r.ok, () => false);
    if (ready) break;
    if (tries > 600) throw new Error(`parcelwire did not become ready:\n${log}`);
    await new Promise((done) => setTimeout(done, 100));
  }
  return server;
}

/** The JSON API with a token of the given scope. */
export function api(server, scope = 'admin') {
  const { token } = JSON.parse(server.cli(['token', 'create', '--name', `e2e-${scope}`, '--scope', scope, '--json']));
  const call = async (method, path, body) => {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    const json = text && answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text;
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return json;
  };
  return {
    token,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path) => call('DELETE', path),
  };
}

/** Asks until `look` answers something truthy; fails after a minute, for machines are busy. */
export async function eventually(look, what = 'it') {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within a minute`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

export const BEX_SECRET = '0123456789abcdef0123456789abcdef0123456789abcdef';

/** Posts as BEX would: indented JSON with CRLF, signature over the exact bytes in upper hex. */
export async function postAsBex(hookUrl, notifications, { secret = BEX_SECRET, sign = true, id = randomUUID().replaceAll('-', '') } = {}) {
  const body = JSON.stringify({ Id: id, Attempt: 1, Properties: {}, Notifications: notifications }, null, 2).replaceAll('\n', '\r\n');
  const mac = createHmac('sha256', secret).update(body).digest('hex').toUpperCase();
  return fetch(hookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...(sign ? { 'ms-signature': `sha256=${mac}` } : {}) },
    body,
  });
}

/** One BEX scan. */
export function bexScan(waybill, typeId, description, date) {
  return {
    Action: 'tracking_event',
    WaybillNumber: waybill,
    TrackingDate: date,
    TrackingUser: 'John Doe',
    TrackingDescription: description,
    TrackingReference: '740493',
    TrackingTypeId: typeId,
  };
}
