// The private check in a browser: the standard's vectors, and questions answered by the program's own code (tests/bulletin/portal.c),
// honestly and otherwise.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';

const listed = 'phone|85591234567';

/** One script that puts `check` into the page: what the portal's pages use, and the library itself for the vectors. */
function bundle(root) {
  const ui = join(root, 'ui');
  const { buildSync } = createRequire(join(ui, 'package.json'))('esbuild');
  const { outputFiles } = buildSync({
    stdin: { contents: "export * from './portal/oprf'; export * from './portal/bulletin'; export * from './portal/pack'; export { ristretto255_oprf } from '@noble/curves/ed25519.js';",
      resolveDir: ui, loader: 'ts' },
    bundle: true, minify: true, format: 'iife', globalName: 'check', target: 'es2020', write: false, absWorkingDir: ui });
  return outputFiles[0].text;
}

function vectors(root) {
  const [head, ...rows] = readFileSync(join(root, 'tests/oprf/rfc9497.tsv'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#'))
    .map((line) => line.split('\t'));
  return rows.map((row) => Object.fromEntries(head.map((name, i) => [name, row[i]])));
}

/** The portal of tests: what it says of itself, and how it is asked. */
async function portalOf(build) {
  const portal = spawn(join(build, 'tests/bulletin/portal'), { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: portal.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error('the portal of tests ended');
    return value;
  };
  return {
    said: JSON.parse(await next()),
    ask: (table, how, question) => {
      portal.stdin.write(`${table} ${how} ${question}\n`);
      return next();
    },
    stop: () => portal.stdin.end(),
  };
}

// Runs in the page.
function vectorHolds(v) {
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (two) => parseInt(two, 16));
  const hex = (data) => Array.from(data, (b) => b.toString(16).padStart(2, '0')).join('');
  const all = (field) => v[field].split(',');
  // The library makes a scalar of its random bytes by adding one to what is left modulo the order less one.
  const scalar = (text) => (n) => {
    let left = BigInt(`0x${hex(bytes(text).reverse())}`) - 1n;
    return Uint8Array.from({ length: n }, () => { const low = Number(left & 255n); left >>= 8n; return low; });
  };
  const must = (got, wanted, what) => { if (got !== wanted) throw new Error(`${v.source}: ${what} is ${got}`); };
  const mode = v.mode === '1' ? check.ristretto255_oprf.voprf : check.ristretto255_oprf.oprf;
  const keys = mode.deriveKeyPair(bytes(v.seed), bytes(v.info));
  must(hex(keys.secretKey), v.secret, 'secret');
  if (v.public) must(hex(keys.publicKey), v.public, 'public');
  const blinds = all('blind').map((blind, i) => mode.blind(bytes(all('input')[i]), scalar(blind)));
  must(blinds.map(({ blinded }) => hex(blinded)).join(), v.blinded, 'blinded');
  if (v.mode === '0') {
    const evaluated = mode.blindEvaluate(keys.secretKey, blinds[0].blinded);
    must(hex(evaluated), v.evaluated, 'evaluated');
    must(hex(mode.finalize(bytes(v.input), blinds[0].blind, evaluated)), v.output, 'output');
    return;
  }
  const { evaluated, proof } = mode.blindEvaluateBatch(keys.secretKey, keys.publicKey, blinds.map(({ blinded }) => blinded), scalar(v.random));
  must(evaluated.map(hex).join(), v.evaluated, 'evaluated');
  must(hex(proof), v.proof, 'proof');
  const items = blinds.map(({ blind, blinded }, i) => ({ input: bytes(all('input')[i]), blind, blinded, evaluated: evaluated[i] }));
  must(mode.finalizeBatch(items, keys.publicKey, proof).map(hex).join(), v.output, 'output');
}

// Runs in the page: asks through `portalAsk`, and changes bits of the answer where it is told to.
async function asked({ x, table, how, said, flip, vkey }) {
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (two) => parseInt(two, 16));
  const hex = (data) => Array.from(data, (b) => b.toString(16).padStart(2, '0')).join('');
  try {
    const keys = check.noteRead(said.note, vkey ?? said.vkey).keys;
    const question = check.ask(x);
    const answer = bytes(await portalAsk(table, how, hex(question.body)));
    for (const bit of flip ?? []) answer[bit >> 3] ^= 1 << (bit & 7);
    const { payload, time } = check.answer(question, answer, keys);
    const unpack = table === 'checks' ? check.checkUnpack : check.receiptUnpack;
    return { found: payload && unpack(payload), time, length: answer.length, sent: question.body.length };
  } catch (error) {
    return { refused: error.reason ?? `${error}` };
  }
}

export async function oprfTests({ test, check, browser, root, build }) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const portal = await portalOf(build);
  const { said } = portal;
  const same = (got, wanted) => check(JSON.stringify(got) === JSON.stringify(wanted), `got ${JSON.stringify(got)}`);
  const ask = (x, more) => page.evaluate(asked, { x, table: 'checks', how: 'honest', said, ...more });

  await page.exposeFunction('portalAsk', portal.ask);
  await page.evaluate(bundle(root).replace(/^"use strict";var check=/, 'window.check='));
  for (const vector of vectors(root)) await test(`private check, ${vector.source} in the browser`, () => page.evaluate(vectorHolds, vector));
  await test('private check: a listed number is found', async () => {
    same(await ask(listed), { found: { verdict: 'confirmed', from: 3, year: 2026, month: 11, country: 'kh', authority: 5 }, time: said.time, length: 168, sent: 34 });
    same((await ask('url|https://example.com/')).found, { verdict: 'reported', from: 10, year: 2026, month: 12, country: '', authority: 0 });
  });
  await test('private check: what is not listed is not found, in an answer as long', async () => {
    for (let i = 0; i < 20; i += 1) same(await ask(`phone|8559123${i}`), { found: null, time: said.time, length: 168, sent: 34 });
  });
  await test('private check: a receipt opens its state', async () => {
    same((await ask('receipt|1234567890123456', { table: 'receipts' })).found,
      { state: 4, flags: 1, country: 'kr', day: Date.UTC(2026, 10, 26), campaign: 70000, others: 12, reason: 9 });
    same((await ask('receipt|1234567890123457', { table: 'receipts' })).found, null);
  });
  await test('private check: a key made for one asker is refused', async () => {
    same(await ask(listed, { how: 'other' }), { refused: 'proof' });
    same(await ask(listed, { how: 'own' }), { refused: 'key' });
  });
  await test('private check: an altered answer is refused', async () => {
    for (let byte = 0; byte < 96; byte += 1) same(await ask(listed, { flip: [8 * byte + (byte % 8)] }), { refused: 'proof' });
    for (let byte = 96; byte < 104; byte += 1) same(await ask(listed, { flip: [8 * byte] }), { refused: 'key' });
    for (let byte = 112; byte < 120; byte += 1) same(await ask(listed, { flip: [8 * byte + 7] }), { refused: 'malformed' });
  });
  await test('private check: keys are the hub\'s, or none', async () => {
    const tampered = { ...said, note: said.note.replace(/oprf [0-9a-f]/, (begin) => begin.slice(0, -1) + (begin.endsWith('0') ? '1' : '0')) };
    same(await ask(listed, { said: tampered }), { refused: 'signature' });
    same(await ask(listed, { vkey: said.vkey.replace('cordon.kh', 'cordon.kr') }), { refused: 'signature' });
    same(await ask(listed, { vkey: 'cordon.kh/public' }), { refused: 'malformed' });
    same(await ask(listed, { said: { ...said, note: '' } }), { refused: 'malformed' });
  });
  // The same file and the same answers as tests/bulletin/pack_test.c.
  await test('private check: the pack is read as the program reads it', async () => {
    const rows = readFileSync(join(root, 'tests/bulletin/pack.tsv'), 'utf8').split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split('\t'));
    const wrong = await page.evaluate((all) => {
      const bytes = (hex) => Uint8Array.from(hex.match(/../g), (two) => parseInt(two, 16));
      const file = bytes(all.find(([x]) => x === 'file')[1]);
      const pack = check.packRead(file);
      const refused = (damaged) => { try { check.packRead(damaged); return false; } catch (error) { return error.reason === 'malformed'; } };
      const changed = [[0, 88], [8, 2], [9, 2], [9, 5], [11, 1], [16, 0], [19, 255]].filter(([at, value]) => !refused(file.map((byte, i) => (i === at ? value : byte))));
      return [...all.filter(([x, found]) => x !== 'file' && check.packHas(pack, x) !== (found !== 'no')), ...changed, ...(refused(file.slice(0, -1)) ? [] : ['shorter'])];
    }, rows);
    check(rows.length > 10 && wrong.length === 0, JSON.stringify(wrong));
  });
  await test('private check: one question never looks like another', async () => {
    const bodies = await page.evaluate((x) => Array.from({ length: 50 }, () => Array.from(check.ask(x).body).join()), listed);
    check(new Set(bodies).size === bodies.length, 'a question was sent twice alike');
    check(new Set(bodies.map((body) => body.split(',').slice(0, 2).join())).size === 1, 'one question, several buckets');
  });
  portal.stop();
  await context.close();
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const root = new URL('../..', import.meta.url).pathname;
  const { chromium } = createRequire(join(root, 'ui/package.json'))('playwright-core');
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  let failed = 0;
  await oprfTests({
    test: async (name, run) => {
      try {
        await run();
        console.log(`ok: ${name}`);
      } catch (error) {
        failed += 1;
        console.log(`not ok: ${name}: ${error.message}`);
      }
    },
    check: (condition, message) => { if (!condition) throw new Error(message); },
    browser, root, build: dirname(process.env.CORDON ?? join(root, 'build/cordon')),
  });
  await browser.close();
  process.exitCode = failed ? 1 : 0;
}
