// The screening page and the officers' console in a real browser: found across scripts, in four languages, at phone and desktop
// widths, without scripts where there may be none, and without a finding of axe. Closes with `N passed, N failed`. PICTURES=folder keeps a picture of each state.
// usage: node run.mjs [NAME...] | --list, some of the tests, all where none is named; or their names.
import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { arrivalsTests } from './arrivals.mjs';
import { cameraTests } from './camera.mjs';
import { consoleTests } from './console.mjs';
import { filesTests } from './files.mjs';
import { hitsTests } from './hits.mjs';
import { identTests } from './ident.mjs';
import { liveTests } from './live.mjs';
import { laneTests } from './lane.mjs';
import { listed, looksTests } from './looks.mjs';
import { oprfTests } from './oprf.mjs';
import { passkeyTests } from './passkey.mjs';
import { portalTests } from './portal.mjs';
import { postsTests } from './posts.mjs';
import { publicTests } from './public.mjs';
import { rescueTests } from './rescue.mjs';

const root = new URL('../..', import.meta.url).pathname;
const ui = join(root, 'ui');
if (!existsSync(join(ui, 'node_modules', 'playwright-core'))) {
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: ui, stdio: ['ignore', 'ignore', 'inherit'] });
}
const require = createRequire(join(ui, 'package.json'));
const { chromium } = require('playwright-core');
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

let passed = 0;
let failed = 0;
async function test(name, run) {
  try {
    await run();
    passed += 1;
  } catch (error) {
    failed += 1;
    console.log(`not ok: ${name}: ${error.message.split('\n')[0]}`);
  }
}
function check(condition, message) {
  if (!condition) throw new Error(message);
}

/** Nothing that axe finds in the page or in one part of it, nothing wider than the window. */
async function audit(page, part) {
  // The page's own policy forbids inline scripts; the checker comes in through the debugger.
  if ((await page.evaluate('typeof axe')) === 'undefined') await page.evaluate(axe);
  const results = await page.evaluate(`axe.run(${part ? JSON.stringify(part) : 'document'}, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] })`);
  check(results.violations.length === 0, results.violations.map((v) => `${v.id}: ${v.nodes[0].html}`).join('; '));
  const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  check(over <= 0, `the page is ${over} px wider than the window`);
}

const cordon = process.env.CORDON ?? join(root, 'build/cordon'), pictures = process.env.PICTURES;
const suites = {
  page: pageTests,
  live: () => liveTests({ test, check, address, browser }),
  passkey: () => passkeyTests({ test, check, browser, cordon }),
  looks: () => looksTests({ test, check, audit, address, browser, pictures }),
  posts: () => postsTests({ test, check, audit, browser, cordon, pictures }),
  console: () => consoleTests({ test, check, audit, browser, root, pictures }),
  oprf: () => oprfTests({ test, check, browser, root, build: dirname(cordon) }),
  lane: () => laneTests({ test, tools: { check, audit }, browser, cordon }),
  public: () => publicTests({ test, check, audit, browser, root, cordon, pictures }),
  rescue: () => rescueTests({ test, check, audit, browser, cordon, pictures }),
  hits: () => hitsTests({ test, check, audit, browser, cordon, pictures }),
  arrivals: () => arrivalsTests({ test, check, audit, browser, cordon, pictures }),
  camera: () => cameraTests({ test, tools: { check, audit }, chromium, root, cordon, pictures }),
  files: () => filesTests({ test, check, audit, browser, cordon, pictures }),
  portal: () => portalTests({ test, check, audit, browser, cordon, pictures }),
  ident: async () => identTests({ test, check, page: await browser.newPage() }),
};
const named = process.argv.slice(2);
if (named[0] === '--list') {
  console.log(Object.keys(suites).join('\n'));
  process.exit(0);
}
const strange = named.find((name) => !suites[name]);
if (strange) throw new Error(`no tests of the name ${strange}; there are ${Object.keys(suites).join(' ')}`);

const folder = mkdtempSync(join(tmpdir(), 'cordon-browser-'));
mkdirSync(join(folder, 'lists'));
copyFileSync(join(root, 'data/demo/demo.ftm.jsonl'), join(folder, 'lists/demo.ftm.jsonl'));
writeFileSync(join(folder, 'lists/looks.ftm.jsonl'), listed.map((entity) => `${JSON.stringify(entity)}\n`).join(''));
const hub = spawn(process.env.CORDON ?? join(root, 'build/cordon'), ['hub', '--data', folder, '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const address = await new Promise((resolve, reject) => {
  hub.stdout.on('data', (data) => {
    const found = /ready: (http:\/\/\S+)\//.exec(data);
    if (found) resolve(found[1]);
  });
  hub.on('exit', () => reject(new Error('the hub did not start')));
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});

/** The screening page: found across scripts, at both widths, by the keyboard alone. */
async function pageTests() {
  const queries = [
    ['김민수', '1990-03-07'], ['KIM MIN SOO', '1990-03-07'], ['Gim Minsu', '7.3.1990'], ['金敏洙', '1990-03-07'],
    ['Ким Мин Су', '1990-03-07'],
  ];
  for (const scripts of [true, false]) {
    const context = await browser.newContext({ javaScriptEnabled: scripts, viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    for (const [name, birth] of queries) {
      await test(`${name} is found ${scripts ? 'with' : 'without'} scripts`, async () => {
        await page.goto(`${address}/?lang=en`);
        await page.fill('#name', name);
        await page.fill('#birthDate', birth);
        await page.click('button');
        await page.waitForSelector('article');
        const first = page.locator('article').first();
        check((await first.locator('h3').innerText()).includes('김민수'), 'another person stands first');
        check((await first.innerText()).includes('Refer to second line'), 'not referred');
        check(page.url().includes('birthDate='), 'the state has no address of its own');
      });
    }
    await context.close();
  }
  for (const language of ['en', 'km', 'ko', 'zh']) {
    for (const width of [390, 1440]) {
      const context = await browser.newContext({ viewport: { width, height: 900 } });
      const page = await context.newPage();
      const pages = [`/?lang=${language}`, `/?lang=${language}&name=KIM+MIN+SOO&birthDate=1990-07-03`, `/lists?lang=${language}`,
        `/e/demo-kr-minsu?lang=${language}`, `/?lang=${language}&name=${encodeURIComponent('P<KORKIM<<MIN'.padEnd(60, '<'))}`];
      for (const path of pages) {
        await test(`axe and width, ${language} ${width} ${path}`, async () => {
          await page.goto(address + path);
          await audit(page);
          check((await page.locator('html').getAttribute('lang')) === language, 'wrong language');
        });
      }
      await context.close();
    }
  }
  await test('the keyboard alone screens a person', async () => {
    const page = await browser.newPage();
    await page.goto(`${address}/?lang=en`);
    await page.keyboard.press('Tab');
    check((await page.evaluate('document.activeElement.className')) === 'skip', 'the first stop is not the skip link');
    await page.focus('#name');
    await page.keyboard.type('KIM MINSU');
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('article');
    await page.close();
  });
}

for (const name of named.length ? named : Object.keys(suites)) await suites[name]();

await browser.close();
hub.kill('SIGTERM');
rmSync(folder, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
