// Identifiers in one form, as the page makes it: the golden inputs of the C side (tests/ident/asked_test.c) in this Node and in the browser.
// usage: node tests/browser/ident.mjs; closes with `N passed, N failed`. Called by run.mjs too.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { identDefines } from '../../ui/ident/tables.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { buildSync } = createRequire(join(root, 'ui/package.json'))('esbuild');

function bundle(define, contents = "export { askedRead } from './asked'") {
  return buildSync({ stdin: { contents, resolveDir: join(root, 'ui/ident'), loader: 'ts' }, bundle: true, minify: true, format: 'iife', globalName: 'ident', target: 'es2020', charset: 'utf8',
    legalComments: 'none', write: false, absWorkingDir: join(root, 'ui'), define }).outputFiles[0].text;
}

const lines = (name) => readFileSync(join(root, 'tests/data', name), 'utf8').trim().split('\n').map((line) => JSON.parse(line));

/** What differs between a row and the answer, or nothing. */
function difference(row, got) {
  const shown = row.shown !== undefined;
  const wanted = { reason: row.reason, x: row.x, ...(shown && { shown: row.shown, similar: row.similar, warnings: [...row.warnings].sort().join(' ') }) };
  const found = { reason: got.reason, x: got.x, ...(shown && { shown: got.shown, similar: got.similar, warnings: [...(got.warnings ?? [])].sort().join(' ') }) };

  return JSON.stringify(wanted) === JSON.stringify(found) ? undefined : `${JSON.stringify(row)} gave ${JSON.stringify(got)}`;
}

/** One character of an address exchanged for the next of its alphabet, at each place in turn: 999 in 1,000 are refused. */
function exchanged(rows) {
  const digits = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  const addresses = rows.filter((row) => row.x?.startsWith('wallet|') && /^[0-9A-Za-z]+$/.test(row.text) && (!/^0x/i.test(row.text) || (/[A-F]/.test(row.text) && /[a-f]/.test(row.text)))).map((row) => row.text);

  return Array.from({ length: 1000 }, (_, i) => {
    const address = addresses[i % addresses.length];
    const at = 3 + (i * 7) % (address.length - 3);
    const c = digits[(digits.indexOf(address[at]) + 1 + i % 5) % digits.length];
    return { text: address.slice(0, at) + (c === address[at] ? '2' : c) + address.slice(at + 1), kind: 'wallet' };
  });
}

export async function identTests({ test, check, page }) {
  const tables = identDefines(join(root, 'data'));
  const code = bundle(tables);
  const rows = [...lines('asked.jsonl'), ...lines('asked_hard.jsonl')];
  const slips = exchanged(rows);
  const inNode = (queries) => new Function('queries', `${code};return queries.map(ident.askedRead)`)(queries);
  const inPage = (queries) => page.evaluate(`(() => { ${code}; return ${JSON.stringify(queries)}.map(ident.askedRead); })()`);

  const finder = bundle(tables, "export { askedFind } from './find'");
  const find = `${finder}; return messages.map((m) => ident.askedFind(m.text, m.country).map((f) => [m.text.substr(f.at, f.length), f.asked.x]));`;
  const messages = lines('asked_found.jsonl');
  const finders = { Node: () => new Function('messages', find)(messages),
    'the browser': () => page.evaluate(`((messages) => { ${find} })(${JSON.stringify(messages)})`) };

  for (const [where, run] of Object.entries(finders)) {
    await test(`identifiers are found in messages in ${where}`, async () => {
      const got = await run();
      const bad = messages.filter((m, i) => JSON.stringify(m.found) !== JSON.stringify(got[i]));
      check(messages.length > 10 && bad.length === 0, bad.map((m) => `${m.text.slice(0, 100)}: ${JSON.stringify(got[messages.indexOf(m)])}`).join('\n'));
    });
  }
  for (const [where, ask] of [['Node', inNode], ['the browser', inPage]]) {
    await test(`identifiers have one form in ${where}`, async () => {
      const got = await ask(rows);
      const bad = rows.map((row, i) => difference(row, got[i])).filter(Boolean);
      check(rows.length > 2000 && bad.length === 0, `${bad.length} of ${rows.length} differ: ${bad.slice(0, process.env.ALL ? 1000 : 5).join('\n')}`);
    });
    await test(`a slip in a wallet is seen in ${where}`, async () => {
      const seen = await ask(slips);
      const missed = slips.filter((_, i) => seen[i].reason !== 'one-character-wrong');
      const refused = slips.length - missed.length;
      check(refused >= 999, `${refused} of 1000 were refused: ${JSON.stringify(missed)}`);
    });
  }
  await test('the script of identifiers stays small', async () => {
    const alone = gzipSync(bundle({ ...tables, IDENT_TABLES: JSON.stringify({ ...JSON.parse(tables.IDENT_TABLES), suffixes: '' }) })).length;
    console.log(`# identifiers: ${gzipSync(code).length} bytes compressed, ${alone} without the public suffix list`);
    check(alone < 25 * 1024, `${alone} bytes compressed`);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let passed = 0;
  let failed = 0;
  const { chromium } = createRequire(join(root, 'ui/package.json'))('playwright-core');
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  await identTests({
    page: await browser.newPage(),
    test: async (name, run) => {
      try {
        await run();
        passed += 1;
      } catch (error) {
        failed += 1;
        console.log(`not ok: ${name}: ${error.message}`);
      }
    },
    check: (condition, message) => {
      if (!condition) throw new Error(message);
    },
  });
  await browser.close();
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed ? 1 : 0;
}
