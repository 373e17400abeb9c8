// The officers' console against a hub of its own, filled by `cordon demo`: a file of 500 rows is submitted in Korean, one of its
// people is reviewed, assessed, approved and confirmed by five officers, and every screen is looked at in four languages.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deskTests } from './desk.mjs';
import { freshCode, openAct, sendAct, signIn } from './officer.mjs';
import { sweepTests } from './sweep.mjs';

const languages = ['en', 'km', 'ko', 'zh'];
const password = 'cordon demonstration';
const exclusions = ['ownNational', 'refugee', 'child', 'politicalOffence', 'possibleVictim'];

/** A data folder with officers of every role, and the hub over it. */
export async function start(cordon) {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-console-'));
  const said = execFileSync(cordon, ['demo', '--data', folder], { encoding: 'utf8' });
  const officers = {};
  for (const [, login, secret] of said.matchAll(/^ {2}(\S+) +[a-z]{2} +([A-Z2-7]{32}) /gm)) officers[login] = { login, secret, password };
  mkdirSync(join(folder, 'lists'), { recursive: true });
  const hub = spawn(cordon, ['hub', '--data', folder, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const address = await new Promise((resolve, reject) => {
    hub.stdout.on('data', (data) => {
      const found = /ready: (http:\/\/\S+)\//.exec(data);
      if (found) resolve(found[1]);
    });
    hub.on('exit', () => reject(new Error('the hub of the console did not start')));
  });
  return { folder, officers, hub, address };
}

/** A nomination of somebody of this name, by the officer of the page. */
async function nominate(page, name) {
  const status = await page.evaluate(async (given) => (await fetch('/api/v1/entries', { method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Cordon': '1', 'Idempotency-Key': crypto.randomUUID().replaceAll('-', '') },
    body: JSON.stringify({ reference: `KR-${Date.now()}`, offence: 'fraud', purpose: 'refuse entry', measures: [{ kind: 'refuse-entry', basis: 'decision' }],
      person: { schema: 'Person', properties: { name: [given], birthDate: ['1980-01-01'], nationality: ['kr'] } } }) })).status, name);
  if (status !== 201) throw new Error(`the nomination of ${name} is answered ${status}`);
}

/** Everything of the house's rules that a page can break: width, something inline, an error in the script, and on the wide
 * window, where everything is shown, findings of axe. */
export async function look(page, { audit, check }, errors, language) {
  await page.waitForSelector('h1');
  await page.waitForLoadState('load');
  // Functions, not strings: a string that has to be asked twice is refused by the page's own policy.
  await page.waitForFunction(() => !document.querySelector('main .waiting'));
  await page.waitForTimeout(100);
  // Colours on their way from one to another have no contrast of their own.
  await page.waitForFunction(() => !document.getAnimations().some((each) => each instanceof CSSTransition));
  if (page.viewportSize().width > 1000) await audit(page);
  const over = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  check(over <= 0, `${page.url()} is ${over} px wider than the window`);
  check((await page.locator('html').getAttribute('lang')) === language, 'the page is in another language');
  check((await page.locator('style, [style]:not([style=""]), [onclick], script:not([src])').count()) === 0, 'something stands inline');
  check(errors.length === 0, errors.join('; '));
}

/** Opens an address once and shows it at both widths in every language, changed as an officer does it. */
export async function everyWay(page, url, seen) {
  await page.goto(url);
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    for (const language of languages) {
      await page.locator(`.languages button[lang=${language}]`).first().click();
      await page.waitForFunction((asked) => document.documentElement.lang === asked, language);
      await seen(language, width);
    }
  }
}

/** The number of the edition in the frame; 0 where there is none yet. */
async function edition(page) {
  await page.waitForSelector('.list-state .icon');
  return page.evaluate(() => Number(/\d+/.exec(document.querySelector('.list-state a')?.innerText ?? '0')?.[0] ?? 0));
}

export async function consoleTests({ test, check, audit, browser, root, pictures }) {
  const cordon = process.env.CORDON ?? join(root, 'build/cordon');
  const { folder, officers, hub, address } = await start(cordon);
  const tools = { audit, check };
  const sessions = {};
  const picture = async (page, name) => { if (pictures) await page.screenshot({ path: join(pictures, `console-${name}.png`), fullPage: true }); };

  /** The officer's window; he signs in once. */
  async function as(login, language = 'en') {
    if (!sessions[login]) {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      const errors = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await signIn(page, address, officers[login], language);
      sessions[login] = { page, errors };
    }
    return sessions[login];
  }

  let entry = '';
  const workbook = join(folder, 'list.xlsx');
  const expected = join(folder, 'expected.json');
  execFileSync('python3', [join(root, 'tools/make_submission.py'), '--rows', '500', '--errors', '25', '--language', 'ko', '--expect', expected, workbook]);

  await test('console: a wrong password is told, what was written stays, and the right one signs in', async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${address}/console/entries?lang=ko`);
    await page.fill('#login', 'kr-liaison');
    await page.fill('#password', 'not the password');
    await page.click('form button[type=submit]');
    await page.waitForSelector('.summary');
    check((await page.inputValue('#login')) === 'kr-liaison', 'the login name is lost');
    check(/[가-힣]/.test(await page.locator('.summary').innerText()), 'not told in Korean');
    check(page.url().includes('/console/entries'), 'the address is lost');
    await context.close();
  });
  await test('console: 500 rows in 60 s, all and only the 25 planted errors refused, with row, field and reason in Korean', async () => {
    const { page } = await as('kr-liaison', 'ko');
    const began = Date.now();
    await page.goto(`${address}/console/submissions`);
    await page.setInputFiles('input[type=file]', workbook);
    await page.waitForURL(/submissions\/[0-9a-f]{32}/, { timeout: 60_000 });
    check(Date.now() - began < 60_000, `${Date.now() - began} ms`);
    await page.waitForSelector('.counts strong');
    const counts = await page.locator('.counts strong').allInnerTexts();
    check(counts.join() === '500,475,25,0', `counts ${counts}`);
    await picture(page, 'submission-ko-1440');
    await page.locator('.counts a').nth(2).click();
    await page.waitForFunction(() => document.querySelectorAll('main tbody tr').length === 25);
    const rows = await page.locator('main tbody tr').evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText)));
    const want = JSON.parse(readFileSync(expected, 'utf8')).map((each) => each.row).sort((a, b) => a - b);
    check(rows.map((row) => Number(row[0])).sort((a, b) => a - b).join() === want.join(), 'other rows are refused');
    check(rows.every((row) => /[가-힣]/.test(row[4])), 'a reason is not in Korean');
    check(rows.some((row) => row[4].includes('최대 500자')), 'the limit of a text is not told');
    await picture(page, 'refused-ko-1440');
  });
  await test('console: the reviewer finds a taken row, begins the review', async () => {
    const { page } = await as('kh-reviewer', 'km');
    await page.goto(`${address}/console/entries?state=submitted&owner=kr`);
    await page.waitForSelector('main tbody td.main a');
    await picture(page, 'entries-km-1440');
    await page.locator('main tbody td.main a').first().click();
    await page.waitForSelector('[data-act="take"]');
    entry = new URL(page.url()).pathname.split('/')[3];
    await openAct(page, 'take');
    await sendAct(page);
    await page.waitForSelector('.toast');
  });
  await test('console: nobody can approve before the assessment; the page says why', async () => {
    const { page } = await as('kh-decider');
    await page.goto(`${address}/console/entries/${entry}`);
    await page.waitForSelector('[data-act="approve"]');
    check((await page.locator('.conditions .fails').count()) > 0, 'no condition fails');
    await openAct(page, 'approve');
    await page.fill('dialog #number', '2026/KH/1');
    await page.fill('dialog #text', 'Approved.');
    await page.locator('dialog form button[type=submit]').click();
    await page.waitForSelector('dialog .summary');
    check((await page.inputValue('dialog #number')) === '2026/KH/1', 'what was written is lost');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog[open]', { state: 'detached' });
  });
  await test('console: the legal officer assesses, the first decider approves, the second confirms', async () => {
    const legal = (await as('kh-legal')).page;
    await legal.goto(`${address}/console/entries/${entry}`);
    await openAct(legal, 'assess');
    await legal.fill('#law', 'Criminal Act');
    await legal.fill('#article', '347');
    await legal.fill('#penalty', '120');
    await legal.selectOption('#dual', 'yes');
    await legal.fill('#proportionality', 'No milder measure keeps him away; one year, reviewed before.');
    for (const name of exclusions) await legal.selectOption(`#${name}`, 'no');
    await picture(legal, 'assess-en-1440');
    await sendAct(legal);
    const first = (await as('kh-decider')).page;
    await first.goto(`${address}/console/entries/${entry}`);
    await openAct(first, 'approve');
    await first.fill('dialog #number', '2026/KH/1');
    await first.fill('dialog #text', 'Approved on the assessment of the legal officer.');
    await sendAct(first);
    await first.waitForSelector('.badge:has-text("approved once")');
    const second = (await as('kh-decider2')).page;
    await second.goto(`${address}/console/entries/${entry}`);
    const before = await edition(second);
    // As if five minutes had gone by: the hub wants a fresh proof, and the act is sent again by itself.
    await second.route('**/acts/confirm', (route) => route.fulfill({ status: 401, contentType: 'application/problem+json',
      body: JSON.stringify({ status: 401, reason: 'prove-anew', detail: 'Please prove again who you are' }) }), { times: 1 });
    await openAct(second, 'confirm');
    await second.locator('dialog[open] form button[type=submit]').click();
    await second.fill('dialog #code', await freshCode(officers['kh-decider2']));
    await second.locator('dialog:has(#code) form button[type=submit]').click();
    await second.waitForSelector('dialog[open]', { state: 'detached' });
    await second.waitForSelector('.badge:has-text("in force")');
    await second.waitForFunction((number) => Number(/\d+/.exec(document.querySelector('.list-state a')?.innerText ?? '0')) > number, before, { timeout: 30_000 });
    await picture(second, 'confirmed-en-1440');
  });
  await test('console: the operator takes the new edition; cordon verify proves it and cordon screen finds the person', async () => {
    const person = await (await as('kh-decider2')).page.evaluate(async (id) => (await (await fetch(`/api/v1/entries/${id}`)).json()).person, entry);
    const { page } = await as('kh-operator');
    await page.goto(`${address}/console/editions/${await edition(page)}`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('a[download]')]);
    const file = join(folder, 'edition');
    await download.saveAs(file);
    const keys = ['--keys', join(folder, 'keys', 'trusted')];
    execFileSync(cordon, ['verify', 'edition', file, ...keys], { stdio: 'pipe' });
    const query = JSON.stringify({ schema: person.schema, properties: { name: person.properties.name, birthDate: person.properties.birthDate ?? [] } });
    const answer = execFileSync(cordon, ['screen', '--edition', file, ...keys], { input: `${query}\n`, encoding: 'utf8' });
    check(answer.includes(entry), 'not found in the edition');
  });
  await test('console: the first decider sees it happen without asking', async () => {
    const { page } = await as('kh-decider');
    await page.waitForSelector('.badge:has-text("in force")', { timeout: 15_000 });
  });
  await test('console: what happens before the stream of events is open is shown too', async () => {
    const { page } = await as('kr-liaison');
    let open;
    const late = new Promise((resolve) => { open = resolve; });
    await page.route('**/api/v1/events?*', async (route) => { await late; await route.continue(); }, { times: 1 });
    await page.goto(`${address}/console/entries?state=submitted&lang=en`);
    await page.waitForSelector('main tbody td.main a');
    await nominate(page, 'AN LATE');
    open();
    await page.waitForSelector('main tbody td.main a:has-text("AN LATE")', { timeout: 10_000 });
  });
  await test('console: ten windows of an officer share one stream, and go on when the one that had it is closed', async () => {
    const { page } = await as('kr-liaison');
    const windows = [];
    for (let i = 0; i < 10; i += 1) {
      windows.push(await page.context().newPage());
      await windows[i].goto(`${address}/console/entries?state=submitted&lang=en`);
      await windows[i].waitForSelector('main tbody td.main a');
    }
    const told = (name) => Promise.all(windows.map((each) => each.waitForSelector(`main tbody td.main a:has-text("${name}")`, { timeout: 15_000 })));
    await nominate(page, 'AN EVERYWHERE');
    await told('AN EVERYWHERE');
    await page.goto(`${address}/redress`);
    await windows.shift().close();
    await nominate(windows[0], 'AN AFTERWARDS');
    await told('AN AFTERWARDS');
    for (const each of windows) await each.close();
  });
  await test('console: the keyboard alone: skip link, / searches, j and k move, Enter opens, ? helps', async () => {
    const { page } = await as('kh-reviewer');
    await page.goto(`${address}/console/entries?lang=en`);
    await page.waitForSelector('main tbody td.main a');
    await page.keyboard.press('Tab');
    check((await page.evaluate('document.activeElement.className')) === 'skip', 'the first stop is not the skip link');
    await page.keyboard.press('Enter');
    check((await page.evaluate('document.activeElement.id')) === 'content', 'the skip link does not skip');
    await page.keyboard.press('/');
    check((await page.evaluate('document.activeElement.id')) === 'q', '/ does not search');
    await page.keyboard.type('KIM MINSOO');
    await page.keyboard.press('Enter');
    await page.waitForURL(/q=KIM/);
    await page.waitForSelector('main tbody td.main a');
    await page.keyboard.press('Escape');
    const names = await page.locator('main tbody td.main a').allInnerTexts();
    for (const [key, at] of [['j', 0], ['j', 1], ['k', 0]]) {
      if (names.length < 2) break;
      await page.keyboard.press(key);
      check((await page.evaluate('document.activeElement.innerText')) === names[at], `${key} leads elsewhere`);
    }
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open] kbd');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog[open]', { state: 'detached' });
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.entry h1');
  });
  await deskTests({ test, check, as, address, picture });
  const screens = { 'kh-reviewer': ['', '/entries', `/entries/${entry}`, `/entries/${entry}/similar`, `/entries/${entry}/timeline`, `/entries/${entry}/proof`,
    `/entries/${entry}/viewers`, '/entries/new', '/submissions', '/clearances', '/editions', '/ledger', '/profile'],
  'kh-admin': ['/people'], 'kh-auditor': ['/audit'], 'kh-redress': ['/appeals'], 'kh-analyst': ['/lessons', '/figures', '/figures/outcomes'] };
  for (const [login, paths] of Object.entries(screens)) {
    for (const path of paths) {
      await test(`console: ${path || '/'} in four languages at 390 and 1440 px`, async () => {
        const { page, errors } = await as(login);
        await everyWay(page, `${address}/console${path}`, async (language, width) => {
          await look(page, tools, errors, language);
          await picture(page, `${path.split('/').filter((part) => part.length !== 32).join('-') || '-today'}-${language}-${width}`.slice(1));
        });
      });
    }
  }
  await sweepTests({ test, check, audit, as, look, everyWay, address, browser, languages, picture });
  await test('console: the public redress page takes a request without scripts, and its number and word lead back to it', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    for (const language of languages) {
      await page.goto(`${address}/redress?lang=${language}`);
      check((await page.locator('html').getAttribute('lang')) === language, 'another language');
    }
    await page.goto(`${address}/redress?lang=km`);
    await picture(page, 'redress-km-390');
    await page.fill('#name', 'LEE MINHO');
    await page.fill('#text', 'Stopped at Phnom Penh airport on 3 November.');
    await page.click('form >> nth=0 >> button');
    const facts = await page.locator('.facts dd').allInnerTexts();
    check(facts.length >= 4, 'no number');
    await page.goto(`${address}/redress?lang=ko`);
    await page.fill('#number', facts[0]);
    await page.fill('#word', facts[1]);
    await page.click('form >> nth=1 >> button');
    check((await page.locator('section.card h2').innerText()).includes('접수'), 'not found again');
    await context.close();
  });
  for (const { page } of Object.values(sessions)) await page.context().close();
  hub.kill('SIGTERM');
  rmSync(folder, { recursive: true, force: true });
}
