// Makes what a program serves beside its styles: page.js, console.js, lane.js and the Khmer letters; or what the portal serves.
// usage: node build.mjs [--portal] FOLDER [DEPFILE TARGET]
// Installs the locked packages first where they are missing or older than the lock file.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { identDefines, tableFiles } from './ident/tables.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const portal = process.argv[2] === '--portal';
const [folder, depfile, target] = process.argv.slice(portal ? 3 : 2);
const out = resolve(folder ?? join(here, 'dist'));
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
mkdirSync(out, { recursive: true });

/** Code to names in the four languages, from the table that the program uses too. */
function countries() {
  const [head, ...rows] = readFileSync(join(here, '../data/countries.tsv'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#'))
    .map((line) => line.split('\t'));
  const code = head.indexOf('alpha2');
  const names = ['name', 'name_km', 'name_ko', 'name_zh'].map((column) => head.indexOf(column));

  if (code < 0 || names.includes(-1)) throw new Error('data/countries.tsv has other columns');
  return Object.fromEntries(rows.filter((row) => row[code]).map((row) => [row[code].toLowerCase(), names.map((name) => row[name] || row[names[0]])]));
}

/** Country to its rings of [longitude, latitude] in hundredths of a degree: what the map of posts is drawn on. */
function outlines() {
  const [, ...rows] = readFileSync(join(here, '../data/outlines.tsv'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'));
  const found = {};

  for (const [country, , points] of rows) {
    const ring = points.split(' ').map((point) => point.split(',').map(Number));
    if (ring.length < 3 || ring.flat().some((n) => !Number.isInteger(n))) throw new Error(`data/outlines.tsv: ${country}: not a ring`);
    (found[country] ??= []).push(ring);
  }
  return found;
}

/** What the engine found, in words: those of the screening page, so that both say the same. */
function findings() {
  return Object.fromEntries(['en', 'km', 'ko', 'zh'].map((language) => {
    const words = JSON.parse(readFileSync(join(here, 'messages', `${language}.json`), 'utf8'));
    return [language, Object.fromEntries(Object.entries(words).filter(([key]) => /^(rule|feature)-/.test(key)))];
  }));
}

const inputs = new Set(['en', 'km', 'ko', 'zh'].map((language) => join(here, 'messages', `${language}.json`))).add(join(here, '../data/countries.tsv'))
  .add(join(here, '../data/outlines.tsv'));
for (const name of tableFiles) inputs.add(join(here, '../data', `${name}.tsv`));
/** One script of `entry`; `max` is in bytes, compressed. A later `target` is for what older browsers are not shown. */
function bundle(entry, name, max, target = 'es2020') {
  const file = join(out, name);
  const { metafile } = buildSync({ entryPoints: [join(here, entry)], outfile: file, bundle: true, minify: true, format: 'iife',
    target, charset: 'utf8', legalComments: 'none', logLevel: 'warning', metafile: true, jsx: 'automatic',
    jsxImportSource: 'preact', absWorkingDir: here,
    define: { COUNTRIES: JSON.stringify(countries()), OUTLINES: JSON.stringify(outlines()), FINDINGS: JSON.stringify(findings()),
      ...identDefines(join(here, '../data')) } });
  const size = gzipSync(readFileSync(file)).length;

  if (size > max) throw new Error(`${name} is ${size} bytes compressed, more than ${max}`);
  for (const input of Object.keys(metafile.inputs)) inputs.add(join(here, input));
}

/** A script that has the words of one language (kit/i18n.ts). */
function words(folder, language, name) {
  const input = join(here, folder, `${language}.json`);

  writeFileSync(join(out, name), `(globalThis.WORDS??={}).${language}=${JSON.stringify(JSON.parse(readFileSync(input, 'utf8')))};\n`);
  inputs.add(input);
}

if (portal) {
  bundle('portal/check.ts', 'check.js', 110 * 1024); // on the page that checks alone; most of it is the list of public suffixes
  bundle('portal/note.ts', 'note.js', 2 * 1024); // of the 14 KB that the whole page has
  bundle('portal/note-worker.ts', 'note-worker.js', 1024);
  bundle('portal/upload.ts', 'upload.js', 6 * 1024); // on pages that take files
  bundle('portal/code.ts', 'code.js', 4 * 1024); // when somebody wants a picture to be read, with its worker
  bundle('portal/code-worker.ts', 'code-worker.js', 20 * 1024, 'es2022'); // private fields: put into words of 2020 they are three times slower
  bundle('portal/wait.ts', 'wait.js', 4 * 1024); // on the page that says to wait
} else {
  bundle('page/main.ts', 'page.js', 15 * 1024); // a page for weak telephones
  bundle('console/main.tsx', 'console.js', 150 * 1024);
  for (const language of ['en', 'km', 'ko', 'zh']) words('console/messages', language, `words-${language}.js`);
  bundle('lane/main.tsx', 'lane.js', 100 * 1024);
}
// What the build watches: every file that went into a script.
if (depfile) {
  writeFileSync(depfile, `${target}: ${[...inputs].map((f) => f.replaceAll(' ', '\\ ')).join(' ')}\n`);
}
for (const weight of portal ? [400] : [400, 600]) {
  copyFileSync(join(here, `node_modules/@fontsource/noto-sans-khmer/files/noto-sans-khmer-khmer-${weight}-normal.woff2`),
    join(out, `khmer-${weight}.woff2`));
}
