// Calls for help with two real accounts of two countries: written on the public's page, read by one side, not by the other, escalated to its second
// tier, closed by both; every screen at both widths in four languages.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { everyWay, look } from './console.mjs';
import { hub as ask } from './desk.mjs';
import { signIn } from './officer.mjs';

const ready = (process, what) => new Promise((resolve, reject) => {
  process.stdout.on('data', (data) => { const found = /ready: (http:\/\/[^/]+)\//.exec(data); if (found) resolve(found[1]); });
  process.on('exit', () => reject(new Error(`${what} did not start`)));
});

async function start(cordon) {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-rescue-')), program = join(dirname(cordon), 'cordon-portal'), officers = {};
  mkdirSync(join(folder, 'lists'), { recursive: true });
  const said = execFileSync(cordon, ['demo', '--data', folder], { encoding: 'utf8' });
  for (const [, login, secret] of said.matchAll(/^ {2}(\S+) +[a-z]{2} +([A-Z2-7]{32}) /gm)) officers[login] = { login, secret, password: 'cordon demonstration' };
  execFileSync(cordon, ['key', 'create', '--data', folder, 'public']);
  const name = execFileSync(program, ['init', '--data', join(folder, 'portal')], { encoding: 'utf8' }).trim();
  execFileSync(cordon, ['portal', '--data', folder, 'add', name, 'demonstration']);
  const hub = spawn(cordon, ['hub', '--data', folder, '--port', '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const address = await ready(hub, 'the hub');
  const key = /^public (.*)$/m.exec(readFileSync(join(folder, 'keys/trusted'), 'utf8'))[1];
  const portal = spawn(program, ['run', '--data', join(folder, 'portal'), '--hub', address, '--key', key, '--port', '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  return { folder, officers, hub, address, portal, site: await ready(portal, 'the portal') };
}

/** As if five minutes had passed for every call that is open: the hub's own clock does the rest. */
const fiveMinutes = (folder) => execFileSync('python3', ['-c', `import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=20)
db.execute('UPDATE rescue SET received_at = received_at - 300000, said_at = said_at - 300000')
db.execute('UPDATE rescue_desk SET rung_at = rung_at - 300000, due_at = due_at - 300000 WHERE acknowledged_at IS NULL')
db.commit()`, join(folder, 'cordon.db')]);

export async function rescueTests({ test, check, audit, browser, cordon, pictures }) {
  const { folder, officers, hub, address, portal, site } = await start(cordon);
  const errors = [], open = {};
  const as = async (login) => {
    if (!open[login]) {
      const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
      page.setDefaultTimeout(40_000);
      page.on('pageerror', (error) => errors.push(`${login}: ${error.message}`));
      await signIn(page, address, officers[login]);
      open[login] = page;
    }
    return open[login];
  };
  const shots = async (page, path, name) => {
    await everyWay(page, address + path, async (language, width) => {
      await look(page, { audit, check }, errors, language);
      if (pictures) await page.screenshot({ path: join(pictures, `rescue-${name}-${language}-${width}.png`), fullPage: true });
    });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.locator('.languages button[lang=en]').first().click();
  };
  const alarm = (page, words) => page.locator('.calls.urgent').getByText(words);
  const read = async (page, id) => {
    await page.goto(`${address}/console/rescues/${id}?lang=en`);
    await page.click('[data-act=open]');
    await page.fill('#purpose', 'Somebody calls for help');
    await page.click('dialog form button[type=submit]');
    await page.locator('.safe-way').waitFor();
  };
  const answer = async (page, act, fill) => {
    await page.click(`.next [data-act="${act}"]`);
    if (!fill) return;
    await page.waitForSelector('dialog form');
    await fill();
    await page.click('dialog form button[type=submit]');
    await page.waitForSelector('dialog', { state: 'detached' });
  };
  const state = async (page, id, wanted) => {
    for (let i = 0; i < 100 && (await ask(page, 'GET', `/rescues/${id}`)).state !== wanted; i += 1) await page.waitForTimeout(100);
    check((await ask(page, 'GET', `/rescues/${id}`)).state === wanted, `it is not ${wanted}`);
  };

  try {
    const duty = await as('kh-duty'), liaison = await as('kr-liaison'), chief = await as('kr-supervisor'), person = await (await browser.newContext({ viewport: { width: 390, height: 844 } })).newPage();
    let id = '';
    await test('rescue: from the page to both officers within 30 seconds', async () => {
      for (const page of [duty, liaison, chief]) await page.goto(`${address}/console?lang=en`);
      for (let i = 0; i < 300; i += 1) {
        await person.goto(`${site}/ko/n`);
        if (await person.locator('button[value=send]').count()) break;
        await person.waitForTimeout(300);
      }
      for (const [field, value] of Object.entries({ name: '김민수', nationality: '대한민국', passport: 'M12345678', telephone: '+855 12 555 0101', latitude: '10.6253', longitude: '103.5234',
        building: '파란색 10층 호텔, 바다 쪽', floor: '5', room: '512', people: '4', injuries: '손목', languages: '한국어', next_check: '22:30', way: '텔레그램', value: '@invented', hours: '23:00-24:00' })) await person.fill(`#${field}`, value);
      const begun = Date.now();
      await person.click('button[value=send]');
      await Promise.all([alarm(duty, 'Acknowledge this call for help').waitFor(), alarm(liaison, 'Acknowledge this call for help').waitFor()]);
      check(Date.now() - begun <= 30_000, `it took ${Date.now() - begun} ms`);
      check(await chief.locator('.calls').count() === 0, 'the second tier is told too early');
      ({ id } = (await ask(duty, 'GET', '/rescues')).items[0]);
      check(!(await duty.content()).includes('김민수'), 'a name stands in what is seen without a reason');
    });
    await test('rescue: one side reads, acknowledges and acts by keyboard; the other is silent', async () => {
      await shots(duty, `/console/rescues/${id}`, 'before');
      await duty.goto(`${address}/console/rescues/${id}?lang=en`);
      await duty.locator('[data-act=open]:focus').waitFor();
      await duty.keyboard.press('Enter');
      await duty.waitForSelector('#purpose');
      await duty.locator('#purpose').focus();
      await duty.keyboard.type('Somebody calls for help');
      await duty.keyboard.press('Tab');
      await duty.keyboard.press('Enter');
      await duty.locator('.safe-way').waitFor();
      check((await duty.locator('.safe').innerText()).includes('@invented') && (await duty.locator('.safe').innerText()).includes('23:00-24:00'), 'the safe way is not there');
      check((await duty.locator('.safe').innerText()).includes('22:30'), 'when the telephone is searched is not there');
      check(await duty.locator('.rescue-mark').count() === 1, 'no mark on the map');
      await duty.locator('.next [data-act=acknowledge]').focus();
      await duty.keyboard.press('Enter');
      await duty.locator('.next [data-act=take]').waitFor();
      await answer(duty, 'take');
      await state(duty, id, 'in-hand');
      await answer(duty, 'note', () => duty.fill('dialog #note', 'Two cars are on their way'));
    });
    await test('rescue: after five minutes the second tier of the silent country and the other country are told', async () => {
      await liaison.goto(`${address}/console/reports?lang=en`);
      await liaison.locator('.call-strip').waitFor();
      await duty.goto(`${address}/console?lang=en`);
      fiveMinutes(folder);
      await Promise.all([alarm(chief, 'Your country has not acknowledged in time').waitFor(), alarm(duty, 'The other country does not answer').waitFor()]);
      await shots(chief, '/console', 'today');
      await shots(duty, '/console/rescues', 'list');
    });
    await test('rescue: neither closes alone', async () => {
      await read(duty, id);
      await answer(duty, 'propose', () => duty.selectOption('dialog #reason', 'safe'));
      await state(duty, id, 'closing');
      check(await duty.locator('.next [data-act=agree]').count() === 0, 'whoever proposed may agree');
      const own = await ask(duty, 'POST', `/rescues/${id}/acts/agree`, {}, (await ask(duty, 'GET', `/rescues/${id}`)).version).catch((error) => error.message);
      check(String(own).includes('rescue-own-proposal'), `it was closed by one: ${own}`);
      await read(liaison, id);
      await answer(liaison, 'acknowledge');
      await liaison.locator('.next [data-act=disagree]').waitFor();
      await answer(liaison, 'disagree', () => liaison.fill('dialog #note', 'His family has not heard of him'));
      await state(liaison, id, 'in-hand');
      await answer(liaison, 'propose', () => liaison.selectOption('dialog #reason', 'safe'));
      await duty.locator('.next [data-act=agree]').waitFor();
      if (pictures) for (const width of [390, 1440]) {
        await duty.setViewportSize({ width, height: 900 });
        await duty.screenshot({ path: join(pictures, `rescue-open-en-${width}.png`), fullPage: true });
      }
      for (const language of ['km', 'ko', 'zh', 'en']) {
        await duty.locator(`.languages button[lang=${language}]`).first().click();
        await duty.locator(`html[lang=${language}]`).waitFor();
        await look(duty, { audit, check }, errors, language);
        if (pictures) await duty.screenshot({ path: join(pictures, `rescue-open-${language}-1440.png`), fullPage: true });
      }
      await answer(duty, 'agree', async () => {});
      await state(duty, id, 'closed');
    });
    await test('rescue: both sides see the same readers, as the audit has them', async () => {
      const rows = [];
      for (const page of [duty, liaison]) rows.push(JSON.stringify((await ask(page, 'GET', `/rescues/${id}`)).openings.map((each) => [each.at, each.by, each.country])));
      const told = execFileSync('python3', ['-c', `import sqlite3, sys, json, datetime
db = sqlite3.connect(sys.argv[1], timeout=20)
rows = db.execute("SELECT at_ms, actor, country FROM audit WHERE thing = ? AND action = 'rescue.open' AND outcome = 'done' ORDER BY at_ms, id", (sys.argv[2],)).fetchall()
print(json.dumps([[datetime.datetime.fromtimestamp(ms / 1000, datetime.timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.') + '%03dZ' % (ms % 1000), who, country] for ms, who, country in rows]))`, join(folder, 'cordon.db'), id], { encoding: 'utf8' });
      check(rows[0] === rows[1] && rows[0] === JSON.stringify(JSON.parse(told)) && JSON.parse(told).length === 3, `${rows.join(' ')} ${told}`);
      check(await duty.locator('.openings li').count() === 3, 'they are not shown');
    });
    check(errors.length === 0, errors.join('; '));
  } finally {
    portal.kill();
    hub.kill();
    for (const page of Object.values(open)) await page.context().close();
    rmSync(folder, { recursive: true, force: true });
  }
}
