// Files with a report: part by part with a script, going on where the network dropped; with the form without one. What came to the hub's folder is
// opened and held against what was sent. PICTURES=folder keeps a picture of each state.
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { start } from './portal.mjs';

const repeatedMax = 256 * 1024;
const partSize = 128 * 1024;
const pdf = (size) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size - 9)]);
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** What was handed in so far, opened: reports, and files by their upload. */
function handedIn(build, folder) {
  const inbox = join(folder, 'hub/inbox'), reports = [], parts = new Map();
  for (const name of readdirSync(inbox)) {
    if (name.endsWith('.part')) continue;
    const out = execFileSync(join(build, 'tests/portal/bulletin_tool'), ['open', 'one', join(inbox, name)], { maxBuffer: 1 << 24 });
    const content = out.subarray(2, -1);
    if (out[0] === 0x35) {
      const upload = content.subarray(0, 16).toString('hex');
      parts.set(upload, [...(parts.get(upload) ?? []), { place: Number(content.readBigUInt64LE(16)), bytes: content.subarray(24) }]);
    } else reports.push(JSON.parse(content.toString()));
  }
  return { reports, file: (upload) => Buffer.concat((parts.get(upload) ?? []).sort((a, b) => a.place - b.place).map((part) => part.bytes)) };
}

async function arrived(check, build, folder, receipt, files) {
  const digits = `receipt|${receipt.replace(/ /g, '')}`;
  let found;
  for (let i = 0; i < 300; i += 1) {
    found = handedIn(build, folder);
    const report = found.reports.find((one) => one.receipt === digits);
    if (report && report.evidence.every((one) => found.file(one.upload).length === one.size)) {
      check(report.evidence.length === files.length, `${report.evidence.length} files are named`);
      files.forEach((file, i) => {
        const named = report.evidence[i];
        check(named.sha256 === sha256(file) && sha256(found.file(named.upload)) === sha256(file), `file ${i} is another one`);
        check(named.size === file.length && !('name' in named), JSON.stringify(named));
      });
      return;
    }
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  check(false, 'it did not come to the hub');
}

async function resumed({ test, check, browser, build, folder, address }) {
  await test('files: after a drop of the network in the middle of 8 MB no more than 256 KB are sent again', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const file = pdf(8 * 1024 * 1024);
    let [bytes, taken, offline] = [0, 0, false];
    const counted = new Set();
    // What was begun while there was a network counts whether it came or not; what was begun as it went, where it came.
    const count = (request) => {
      const place = /\/upload\/\w+\/(\d+)$/.exec(request.url());
      if (!place || counted.has(request)) return;
      counted.add(request);
      bytes += Math.min(partSize, file.length - Number(place[1]));
    };
    page.on('request', (request) => { if (!offline) count(request); });
    page.on('response', (response) => {
      if (response.status() !== 201) return;
      taken += 1;
      count(response.request());
    });
    await page.goto(`${address}/en/report/tip`);
    await page.fill('#story', 'with a film of the screen');
    writeFileSync(join(folder, 'chat.pdf'), file);
    await page.setInputFiles('#files', join(folder, 'chat.pdf'));
    while (taken < 20) await page.waitForTimeout(20);
    offline = true;
    await context.setOffline(true);
    await page.waitForSelector('#files-list >> text=No connection');
    check(await page.locator('.act button').isDisabled(), 'the form could be sent without its file');
    const before = taken;
    check(before < 60, 'the network dropped too late to tell anything');
    await context.setOffline(false);
    offline = false;
    await page.waitForSelector('#files-list >> text=arrived', { timeout: 120000 });
    const repeated = bytes - file.length;
    console.log(`files: 8 MB, network dropped after ${before} parts, ${repeated} bytes sent again`);
    check(repeated >= 0 && repeated <= repeatedMax, `${repeated} bytes were sent again`);
    await page.click('.act button');
    await arrived(check, build, folder, await page.locator('.receipt').textContent(), [file]);
    await context.close();
  });
}

async function refused({ test, check, audit, browser, folder, address, pictures }) {
  for (const language of ['km', 'ko', 'en', 'zh']) {
    for (const width of language === 'km' ? [390, 1440] : [390]) {
      await test(`files: what is not taken is said beside it, ${language} ${width}`, async () => {
        const page = await browser.newPage({ viewport: { width, height: 900 } });
        await page.goto(`${address}/${language}/report/full`);
        await page.setInputFiles('#files', [['ការសន្ទនា 대화.pdf', pdf(200000)], ['run.exe', Buffer.from('MZ....')], ['film.mp4', Buffer.alloc(11 * 1024 * 1024)]].map(([name, bytes]) => {
          writeFileSync(join(folder, name), bytes);
          return join(folder, name);
        }));
        const said = await page.evaluate(() => ({ ...document.getElementById('files-list').dataset }));
        const lines = page.locator('#files-list li');
        await lines.filter({ hasText: said.sent }).waitFor();
        await lines.filter({ hasText: said.kind }).waitFor();
        await lines.filter({ hasText: said.large }).waitFor();
        check((await page.locator('input[name=sent]').count()) === 1, 'more than the good one is named');
        await audit(page);
        if (pictures) await page.locator('.field:has(#files)').screenshot({ path: join(pictures, `files-${language}-${width}.png`) });
        await lines.filter({ hasText: said.sent }).locator('button').click();
        check((await page.locator('input[name=sent]').count()) === 0, 'what was removed is still named');
        await page.close();
      });
    }
  }
}

async function plain({ test, check, browser, build, folder, address }) {
  await test('files: with the form alone, without scripts', async () => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    const files = [pdf(300000), pdf(100)];
    await page.goto(`${address}/ko/report/tip`);
    await page.setInputFiles('#files', files.map((buffer, i) => ({ name: `${i}.pdf`, mimeType: 'application/pdf', buffer })));
    await page.click('.act button');
    await arrived(check, build, folder, await page.locator('.receipt').textContent(), files);
    await page.goto(`${address}/ko/report/tip`);
    await page.fill('#story', '그림');
    await page.setInputFiles('#files', { name: 'a.svg', mimeType: 'image/svg+xml', buffer: Buffer.from('<svg/>') });
    await page.click('.act button');
    check((await page.locator('.notice').innerText()).includes('JPEG'), 'it is not said why');
    check((await page.inputValue('#story')) === '그림', 'what was typed is gone');
    await page.close();
  });
}

export async function filesTests(tools) {
  const build = dirname(tools.cordon), folder = mkdtempSync(join(tmpdir(), 'cordon-files-'));
  const { portal, address } = await start(build, folder);
  if (tools.pictures) mkdirSync(tools.pictures, { recursive: true });
  try {
    for (const run of [resumed, plain, refused]) await run({ ...tools, build, folder, address });
  } finally {
    portal.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
}
