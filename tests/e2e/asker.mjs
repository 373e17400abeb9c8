// Checks in private as the page does, with the page's own code (ui/portal, ui/ident), without a browser.
// usage: asker.mjs ROOT ADDRESS VKEY COUNT TEXT COUNTRY [HEADER VALUE]; prints a line of JSON: x and what was found, each time.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { identDefines } from '../../ui/ident/tables.mjs';

const [root, address, vkey, count, text, country, header, value] = process.argv.slice(2);
const ui = join(root, 'ui');
const { buildSync } = createRequire(join(ui, 'package.json'))('esbuild');
const { outputFiles } = buildSync({
  stdin: { contents: "export * from './portal/oprf'; export * from './portal/bulletin'; export { askedRead } from './ident/asked';", resolveDir: ui, loader: 'ts' },
  bundle: true, format: 'esm', target: 'es2022', write: false, absWorkingDir: ui,
  define: identDefines(join(root, 'data')) });
const page = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);

const headers = header ? { [header]: value } : {};
const keys = page.noteRead(await (await fetch(`${address}/bulletin`, { headers })).text(), vkey).keys;
const { x } = page.askedRead({ text, country });
const found = [];
for (let i = 0; i < Number(count); i++) {
  const question = page.ask(x);
  const reply = await fetch(`${address}/check`, { method: 'POST', body: question.body, headers });
  if (!reply.ok) throw new Error(`${reply.status}`);
  const { payload } = page.answer(question, new Uint8Array(await reply.arrayBuffer()), keys);
  found.push(payload ? page.checkUnpack(payload).verdict : 'none');
}
console.log(JSON.stringify({ x, found }));
