// Puts together what a browser is sent: the islands as wasm, the stylesheet as one file, and `public`, each hashed by
// content and compressed. The server's binary embeds the result, target/site.
// usage: node build.mjs   (after `npm ci` here)
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

const NAME = 'parcelwire';
const PROFILE = 'wasm-release';
const here = import.meta.dirname;
const project = resolve(here, '../..');
const target = process.env.CARGO_TARGET_DIR ?? join(project, 'target');
const site = join(project, 'target/site');

function run(program, ...args) {
  const { status, error } = spawnSync(program, args, { cwd: project, stdio: 'inherit' });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** The islands: the program in wasm, and the script that loads it. */
function islands(work) {
  const built = ['--locked', '--lib', '--target', 'wasm32-unknown-unknown', '--profile', PROFILE];
  run('cargo', 'rustc', ...built, '--no-default-features', '--features', 'hydrate', '--', '--deny', 'warnings');
  const compiled = join(target, 'wasm32-unknown-unknown', PROFILE, `${NAME}.wasm`);
  run('cargo', 'run', '--locked', '--package', 'parcelwire-bindgen', '--', compiled, work);
  const wasm = join(work, `${NAME}_bg.wasm`);
  run(join(here, 'node_modules/.bin/wasm-opt'), '-Oz', '-o', wasm, wasm);
  return { wasm: readFileSync(wasm), js: bundled(join(work, `${NAME}.js`)) };
}

/** A script or stylesheet with all that it imports, as small as it gets. */
function bundled(path) {
  const options = { bundle: true, minify: true, format: 'esm', target: 'esnext', legalComments: 'none', write: false };
  return Buffer.from(buildSync({ entryPoints: [path], ...options }).outputFiles[0].contents);
}

const hash = (bytes) => createHash('sha256').update(bytes).digest('base64url').slice(0, 22);

/** What is already as it should be stays untouched: the server is compiled again only when the site changes. */
function put(path, bytes) {
  if (existsSync(path) && readFileSync(path).equals(bytes)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, bytes);
}

const work = mkdtempSync(join(tmpdir(), 'parcelwire-site-'));
try {
  const files = new Map();
  for (const name of readdirSync(join(project, 'public'))) files.set(name, readFileSync(join(project, 'public', name)));
  const made = { ...islands(work), css: bundled(join(project, 'style/main.css')) };
  for (const [ending, bytes] of Object.entries(made)) files.set(`pkg/${NAME}.${hash(bytes)}.${ending}`, bytes);
  for (const [name, bytes] of [...files]) {
    const size = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    files.set(`${name}.br`, brotliCompressSync(bytes, { params: size }));
    files.set(`${name}.gz`, gzipSync(bytes, { level: 9 }));
  }
  for (const [name, bytes] of files) put(join(site, name), bytes);
  for (const name of readdirSync(site, { recursive: true, withFileTypes: true })) {
    const path = join(name.parentPath, name.name);
    if (name.isFile() && !files.has(path.slice(site.length + 1))) rmSync(path);
  }
  for (const [name, bytes] of files) if (name.endsWith('.br')) console.log(`    ${name}: ${bytes.length} bytes`);
} finally {
  rmSync(work, { recursive: true });
}
