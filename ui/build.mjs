// Makes what the program serves beside its style: page.js and the Khmer letters. usage: node build.mjs FOLDER
// Installs the locked packages first where they are missing or older than the lock file.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, 'dist'));
const scriptMax = 15 * 1024; // bytes, compressed: a page for weak telephones
const lockWaitMs = 300_000;

function installed() {
  const mark = join(here, 'node_modules', '.package-lock.json');
  return existsSync(mark) && statSync(mark).mtimeMs >= statSync(join(here, 'package-lock.json')).mtimeMs;
}

// Two builds of one tree may want the packages at once: the folder is the lock.
function install() {
  const lock = join(here, '.installing');
  for (const end = Date.now() + lockWaitMs; ; ) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (Date.now() > end) throw new Error(`${lock} is in the way: another build died; remove it`);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
    }
  }
  try {
    if (!installed()) {
      console.error('ui: npm ci');
      execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel', 'error'],
        { cwd: here, stdio: ['ignore', 'ignore', 'inherit'] });
    }
  } finally {
    rmdirSync(lock);
  }
}

if (!installed()) install();
const { buildSync } = await import('esbuild');
const script = join(out, 'page.js');
mkdirSync(out, { recursive: true });
buildSync({ entryPoints: [join(here, 'page', 'main.ts')], outfile: script, bundle: true, minify: true, format: 'iife',
  target: 'es2020', charset: 'utf8', legalComments: 'none', logLevel: 'warning' });
const size = gzipSync(readFileSync(script)).length;
if (size > scriptMax) throw new Error(`page.js is ${size} bytes compressed, more than ${scriptMax}`);
for (const weight of [400, 600]) {
  copyFileSync(join(here, `node_modules/@fontsource/noto-sans-khmer/files/noto-sans-khmer-khmer-${weight}-normal.woff2`),
    join(out, `khmer-${weight}.woff2`));
}
