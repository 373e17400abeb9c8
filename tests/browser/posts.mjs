// Posts in the console: one is made by the keyboard alone, a real cordon-post is enrolled with the code shown and turns green while the
// officer looks on, a drill is ordered, answered at its lane and seen to be, the post is revoked. Then sixty of them, in four languages.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { everyWay, look } from './console.mjs';
import { hub as ask } from './desk.mjs';
import { end } from './lane.mjs';
import { signIn } from './officer.mjs';
import { id, SignedPost } from './posting.mjs';

const password = 'cordon demonstration', pin = '264813';
const minute = 60_000, hour = 60 * minute, day = 24 * hour;
/** Where Cambodia is entered by air, land and water, roughly; the others stand along the outline. */
const places = [['Siem Reap airport', 'air', 13.37, 104.22], ['Sihanoukville airport', 'air', 10.57, 103.63], ['Sihanoukville port', 'sea', 10.64, 103.5],
  ['Poipet', 'land', 13.66, 102.55], ['Cham Yeam', 'land', 11.64, 102.91], ["O'Smach", 'land', 14.43, 103.69], ['Trapeang Kriel', 'land', 13.93, 105.97],
  ['Oyadav', 'land', 13.8, 107.4], ['Trapeang Phlong', 'land', 11.68, 105.9], ['Kaam Samnor', 'river', 10.92, 105.19], ['Phnom Den', 'land', 10.63, 104.87],
  ['Prek Chak', 'land', 10.44, 104.48]];

function started(process, pattern) {
  return new Promise((resolve, reject) => {
    for (const stream of [process.stdout, process.stderr]) stream.on('data', (data) => { const found = pattern.exec(data); if (found) resolve(found[1]); });
    process.on('exit', () => reject(new Error(`${process.spawnfile} did not start`)));
  });
}

async function start(cordon) {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-posts-')), data = join(folder, 'hub');
  mkdirSync(join(data, 'lists'), { recursive: true });
  const said = execFileSync(cordon, ['demo', '--data', data], { encoding: 'utf8' }), officers = {};
  for (const [, login, secret] of said.matchAll(/^ {2}(\S+) +[a-z]{2} +([A-Z2-7]{32}) /gm)) officers[login] = { login, secret, password };
  for (const purpose of ['list', 'audit', 'edition']) execFileSync(cordon, ['key', 'create', '--data', data, purpose]);
  const hub = spawn(cordon, ['hub', '--data', data, '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  return { folder, officers, hub, address: await started(hub, /ready: (http:\/\/[^/]+)\//), program: join(dirname(cordon), 'cordon-post') };
}

/** A window of its own for each officer. */
function windows({ browser, address, officers }, errors) {
  const open = {};
  return async (login) => {
    if (open[login]) return open[login];
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => errors.push(`${login}: ${error.message}`));
    await signIn(page, address, officers[login]);
    return (open[login] = page);
  };
}

/** Tab until what has the keyboard is so called. */
async function tabTo(page, name) {
  for (let i = 0; i < 80; i += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate('(document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent).trim()')) === name) return;
  }
  throw new Error(`the keyboard does not reach "${name}"`);
}

/** A post made without a mouse; gives the code and the command that the dialog shows. */
async function makeByKeyboard(page, check) {
  await page.keyboard.press('g');
  await page.keyboard.press('p');
  await page.waitForSelector('h1:text-is("Posts")');
  await tabTo(page, 'New post');
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog[open] form');
  await page.keyboard.type('Poipet bridge');
  await page.keyboard.press('Tab');
  await page.keyboard.type('river');
  for (const text of ['', '+855 54 000 000', '13,6612', '102.5521']) {
    await page.keyboard.press('Tab');
    if (text) await page.keyboard.type(text);
  }
  await page.keyboard.press('Enter');
  await page.waitForSelector('dialog[open] .copied');
  const [code, command] = await page.locator('dialog .copied code').allInnerTexts();
  check(/^([0-9A-Z]{4}-){5}[0-9A-Z]{4}$/.test(code), `no code: ${code}`);
  check(command.includes(code) && command.includes('--hub http'), `the command has no code: ${command}`);
  check((await page.locator('dialog .qr').count()) === 1, 'no square for a camera');
  return { code, command };
}

/** The real program, with the words of the command that was shown but its own folder. */
async function enrolReal(at, command) {
  const words = command.split(' '), data = join(at.folder, 'post');
  execFileSync(at.program, [...words.slice(1, words.indexOf('--data')), '--data', data]);
  at.post = spawn(at.program, ['run', '--data', data, '--port', '0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [lane, code] = await Promise.all([started(at.post, /ready: (http:\/\/[^/]+)\//), started(at.post, /with the code (\S+)/)]);
  return { lane, code };
}

async function sit(page, { lane, code }) {
  await page.goto(`${lane}/lane/`);
  await page.fill('input[name=code]', code);
  await page.fill('input[name=name]', '1');
  await page.keyboard.press('Enter');
  await page.waitForSelector('select[name=login] option[value=kh-primary]', { state: 'attached', timeout: 20000 });
  await page.selectOption('select[name=login]', 'kh-primary');
  await page.fill('input[name=pin]', pin);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.idle');
}

async function life({ test, tools: { check, audit }, browser, pictures: folder }, at, as) {
  const operator = await as('kh-operator');
  let command, real, page;

  await test('posts: one is made by the keyboard alone, and its code is shown once', async () => {
    ({ command } = await makeByKeyboard(operator, check));
    for (const width of [390, 1440]) {
      await operator.setViewportSize({ width, height: 900 });
      await audit(operator);
      if (folder) await operator.screenshot({ path: join(folder, `console-post-code-en-${width}.png`) });
    }
  });
  await test('posts: a real one enrols with the command shown and turns green while one looks on', async () => {
    real = await enrolReal(at, command);
    await operator.waitForSelector('dialog .badge.good:has-text("The post is enrolled")', { timeout: 15000 });
    await operator.keyboard.press('Escape');
    const row = operator.locator('main tbody tr', { hasText: 'Poipet bridge' });
    await row.locator('[data-standing=green]').waitFor({ timeout: 30000 });
    check((await row.innerText()).includes('land border') === false && (await row.innerText()).includes('river port'), 'it is not what was chosen');
    check((await operator.content()).includes(command) === false, 'the code is still there');
  });
  await test('posts: changed, with the place as it was written', async () => {
    await operator.click('main tbody a:has(bdi:text-is("Poipet bridge"))');
    await operator.click('button:text-is("Change")');
    check((await operator.inputValue('#latitude')) === '13.6612', 'another latitude');
    await operator.fill('#desk', '+855 54 111 111');
    await operator.click('dialog button[type=submit]');
    await operator.waitForSelector('.facts:has-text("+855 54 111 111")');
  });
  await test('posts: a drill is ordered, answered at the lane, and seen to be', async () => {
    const supervisor = await as('kh-supervisor'), lane = await (await browser.newContext()).newPage();
    await sit(lane, real);
    await supervisor.goto(`${at.address}/console/posts`);
    await supervisor.click('main tbody a:has(bdi:text-is("Poipet bridge"))');
    page = supervisor;
    await supervisor.click('button:text-is("Order a drill")');
    await supervisor.waitForSelector('dialog #post option:checked:has-text("Poipet bridge")', { state: 'attached' });
    await supervisor.fill('#lane', '1');
    await supervisor.click('dialog button[type=submit]');
    await supervisor.waitForSelector('main .badge.busy:has-text("At the lane")');
    await lane.waitForSelector('.result', { timeout: 20000 });
    await lane.waitForTimeout(500);
    await lane.keyboard.press('Enter');
    await lane.waitForSelector('text=It was a drill');
    await supervisor.waitForSelector('main .badge.good:has-text("Noticed")', { timeout: 20000 });
    await supervisor.goto(`${at.address}/console/drills`);
    await supervisor.waitForSelector('main tbody tr:has-text("Poipet bridge"):has-text("1 noticed")');
    await lane.context().close();
  });
  await test('posts: who may not is shown no button', async () => {
    const primary = await as('kh-primary'), secondary = await as('kh-secondary');
    check((await primary.locator('.rail a[href="/console/posts"]').count()) === 0, 'the first line sees posts');
    check((await primary.locator('.rail a[href="/console/border"]').count()) === 1, 'the first line does not see the border');
    await secondary.goto(`${at.address}/console/posts`);
    await secondary.click('main tbody a:has(bdi:text-is("Poipet bridge"))');
    await secondary.waitForSelector('.facts');
    for (const name of ['New post', 'Change', 'Revoke', 'Order a drill', 'New enrolment code']) check((await secondary.locator(`button:text-is("${name}")`).count()) === 0, `the second line sees ${name}`);
    check((await secondary.locator('.rail a[href="/console/drills"]').count()) === 0, 'the second line sees drills');
  });
  await test('posts: revoked with a reason, and everybody sees it so', async () => {
    await operator.goto(`${at.address}/console/posts`);
    await operator.locator('main tbody tr', { hasText: 'Poipet bridge' }).locator('[data-standing=green]').waitFor();
    await page.goto(`${at.address}/console/posts`);
    await page.click('main tbody a:has(bdi:text-is("Poipet bridge"))');
    await page.click('button:text-is("Revoke")');
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('dialog .summary li >> nth=1');
    await page.fill('#reason', 'Taken from the office at night');
    await page.check('#sure');
    await page.click('dialog button[type=submit]');
    await page.waitForSelector('.badges [data-standing=revoked]');
    await page.waitForSelector('.facts:has-text("Taken from the office at night")');
    await operator.locator('main tbody tr', { hasText: 'Poipet bridge' }).locator('[data-standing=revoked]').waitFor({ timeout: 10000 });
    check((await page.locator('button:text-is("Revoke")').count()) === 0, 'it can be revoked again');
  });
}

/** Sixty posts of every standing, with checks of a day and drills of twelve weeks, told as posts tell. Gives what those do that go on
 * being heard. */
async function sixty(at, operator) {
  const rings = readFileSync(new URL('../../data/outlines.tsv', import.meta.url), 'utf8').split('\n').find((line) => line.startsWith('kh\t1\t'));
  const points = rings.split('\t')[2].split(' ').map((each) => each.split(',').map((n) => Number(n) / 100));
  const now = Date.now(), issued = { red: now - 9 * day, amber: now - 30 * hour, green: now - minute };
  const heard = [];
  let drop = 7;
  const some = (n) => (drop = (drop * 16807) % 2147483647) % n;

  for (let i = 0; places.length < 58; i += 1) places.push([`Gate ${String(i + 1).padStart(2, '0')}`, i % 9 ? 'land' : 'river', points[(i * 2) % 87][1], points[(i * 2) % 87][0]]);
  for (const [i, [name, kind, latitude, longitude]] of places.entries()) {
    const made = await ask(operator, 'POST', '/posts', { name, kind, point: i % 3 ? 'entry' : 'both', latitude, longitude, desk: '+855 23 000 000' });
    if (i % 15 === 14) continue;
    const post = await new SignedPost(at.address, made).enrol(), colour = i % 17 === 5 ? 'red' : i % 11 === 3 ? 'amber' : 'green';
    const said = { issued: issued[colour], edition: 1, lanes: 1 + some(6), queue: colour === 'green' ? 0 : some(400), offset: i % 13 === 7 ? 195_000 : some(900),
      ...(i === 6 ? { urgent: 2 } : {}), trouble: i === 5 ? ['disk-full', 'edition-unknown-key'] : i === 22 ? ['feed-altered'] : [] };
    await post.sync(said);
    if (i % 19 !== 8) heard.push(() => post.sync({ ...said, issued: colour === 'green' ? Date.now() - 5000 : said.issued }).catch(() => undefined));
    const checks = Array.from({ length: i < 12 ? 20 + some(60) : some(5) }, () => {
      const at = now - some(23) * hour - some(50) * minute, chance = some(100);
      return { at: Math.max(at, now - 23 * hour), kind: 'check', body: { id: id(), point: 'entry', result: chance < 92 ? 'pass' : chance < 98 ? 'refer' : 'stop', edition: 1, tookUs: chance === 3 ? 700_000 : 3000 } };
    });
    const drills = i < 12 ? Array.from({ length: 3 + some(5) }, () => ({ at: now - some(80) * day - hour, kind: 'drill', body: { drill: id(), check: id(), noticed: some(6) > 0, answerMs: 1500 + some(9000) } })) : [];
    const hits = i % 7 === 3 ? [{ at: now - some(20) * hour, kind: 'hit', body: { id: id(), check: id(), point: 'entry', result: 'stop', act: 'second-line', quiet: false, edition: 1, age: 1000,
      traveller: { schema: 'Person', properties: { name: ['PRACTICE PERSON'], passportNumber: [`X${1_000_000 + i}`] } }, candidates: [{ entry: id(), grade: 'like' }] } }] : [];
    await post.tell([...checks, ...drills, ...hits]);
  }
  return heard;
}

/** Every screen in every language and both widths; a picture of each where a folder is given. */
async function pictures({ test, tools, pictures: folder }, at, as, errors) {
  const operator = await as('kh-operator'), supervisor = await as('kh-supervisor');
  await test('posts: sixty of them are enrolled and tell', async () => {
    const heard = await sixty(at, operator);
    at.heard = setInterval(() => heard.forEach((one) => void one()), 40_000);
    tools.check((await ask(operator, 'GET', '/posts?limit=500')).total >= 60, 'not sixty');
    tools.check((await ask(operator, 'GET', '/border/today')).posts.some((each) => each.checks > 10), 'nothing was counted');
  });
  await test('posts: the table says which has urgent entries besides', async () => {
    await operator.goto(`${at.address}/console/posts`);
    await operator.waitForSelector('.urgent-over');
    tools.check((await operator.locator('.urgent-over').allTextContents()).join() === '+ urgent of edition 2', 'not told of one, or of others');
  });
  const poipet = (await ask(operator, 'GET', '/posts?limit=500')).items.find((each) => each.name === 'Poipet')?.id;
  const press = (name) => (page) => page.locator(name).first().click();
  const screens = [[operator, 'posts', 'posts'], [operator, 'posts-map', 'posts?view=map'], [supervisor, 'post', `posts/${poipet}`], [supervisor, 'drills', 'drills'],
    [supervisor, 'border', 'border'], [operator, 'post-new', 'posts', press('.page-head button.main')], [supervisor, 'drill-order', 'drills', press('.page-head button.main')],
    [supervisor, 'post-revoke', `posts/${poipet}`, press('main button.danger')]];
  for (const [page, name, path, open] of screens) {
    await everyWay(page, `${at.address}/console/${path}`, (language, width) => test(`posts: ${name}, ${language} ${width}`, async () => {
      if (open) { await open(page); await page.waitForSelector('dialog[open] form'); }
      await look(page, tools, errors, language);
      if (width < 1000 && language === 'km') await tools.audit(page);
      if (folder) await page.screenshot({ path: join(folder, `console-${name}-${language}-${width}.png`), fullPage: !open });
      if (open) await page.keyboard.press('Escape');
    }));
    await page.locator('.languages button[lang=en]').first().click();
  }
}

export async function postsTests({ test, check, audit, browser, cordon, pictures: folder }) {
  const at = await start(cordon), errors = [];
  if (folder) mkdirSync(folder, { recursive: true });
  const as = windows({ browser, ...at }, errors);
  try {
    await life({ test, tools: { check, audit }, browser, pictures: folder }, at, as);
    await pictures({ test, tools: { check, audit }, pictures: folder }, at, as, errors);
  } finally {
    clearInterval(at.heard);
    await end(at.post, at.hub);
    rmSync(at.folder, { recursive: true, force: true });
  }
}
