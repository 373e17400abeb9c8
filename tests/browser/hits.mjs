// A listed traveller, from the lane to the other country's answer: the lane stops him, the second line confirms and takes custody, the
// partner's officer answers in the console, and the lane and the host's console show the answer and the whole story.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { everyWay, look } from './console.mjs';
import { hub } from './desk.mjs';
import { end, noted, secondLine, sit, start, zone } from './lane.mjs';
import { freshCode, signIn } from './officer.mjs';

const listed = zone('KIM<<MINSU', 'M12345678', '900307');
/** Nominated and approved once; one decision from the list. */
const later = { reference: 'KNPA-2026-0136', zone: zone('JUNG<<DAWOON', 'M33190825', '960211') };

/** The lane's own interface, as its officer. */
async function post(page, method, path, body) {
  return page.evaluate(async ([verb, to, sent]) => {
    const answer = await fetch(`/post/v1/${to}`, { method: verb, headers: { 'Content-Type': 'application/json', 'X-Cordon': '1' }, ...(sent ? { body: JSON.stringify(sent) } : {}) });
    if (!answer.ok) throw new Error(`${verb} ${to}: ${await answer.text()}`);
    return answer.json();
  }, [method, path, body]);
}

/** A face that the test draws: base64 of a JPEG. */
async function face(page) {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas'), draw = canvas.getContext('2d');
    canvas.width = 180; canvas.height = 230;
    const shape = (colour, ...ellipse) => { draw.fillStyle = colour; draw.beginPath(); draw.ellipse(...ellipse, 0, 0, 7); draw.fill(); };
    draw.fillStyle = '#b9c4cc'; draw.fillRect(0, 0, 180, 230);
    shape('#3b4a57', 90, 240, 85, 70); shape('#2a211c', 90, 88, 56, 62); shape('#d9b797', 90, 105, 46, 58);
    shape('#2a211c', 72, 98, 5, 4); shape('#2a211c', 108, 98, 5, 4); shape('#a8614f', 90, 136, 15, 4);
    return canvas.toDataURL('image/jpeg', 0.8).split(',')[1];
  });
}

/** Presses Tab until the keyboard is on `selector`. */
async function tabTo(page, selector) {
  for (let i = 0; i < 80; i += 1) {
    if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}

export async function hitsTests({ test, check, audit, browser, cordon, pictures }) {
  const border = await start(cordon);
  const { address, officers } = border;
  const sessions = {};
  const lane = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  const picture = async (page, name) => { if (pictures) await page.screenshot({ path: join(pictures, `console-${name}.png`), fullPage: true }); };
  let hit = '', held = '';

  async function as(login, language = 'en') {
    if (!sessions[login]) {
      const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
      const errors = [];
      page.on('pageerror', (error) => errors.push(error.message));
      await signIn(page, address, officers[login], language);
      sessions[login] = { page, errors };
    }
    return sessions[login];
  }
  const told = (page, text) => page.waitForFunction((wanted) => document.querySelector('main').innerText.includes(wanted), text, { timeout: 20_000 });
  const story = (page) => page.locator('.timeline .timeline-head').evaluateAll((all) => all.map((each) => each.firstChild.textContent));
  const switchTo = async (login, number) => {
    await lane.locator('nav button').last().click();
    await lane.waitForSelector('select[name=login]');
    await sit(lane, login, number);
  };

  try {
    await test('hits: a second line officer sets his PIN in the console; a weak one and a different one are refused', async () => {
      const { page } = await as('kh-secondary');
      await page.goto(`${address}/console/profile?lang=en`);
      const form = page.locator('section[aria-label="PIN for checkpoints"]');
      const give = async (first, second) => {
        await page.fill('#pin', first);
        await page.fill('#pin-again', second);
        await form.locator('button[type=submit]').click();
      };
      await give('482916', '482917');
      await form.locator('.summary:has-text("not the same")').waitFor();
      await give('123456', '123456');
      await form.locator('.summary:has-text("nobody guesses")').waitFor();
      await give('482916', '482916');
      await page.locator('.toast:has-text("Checkpoints know it")').waitFor();
      check((await page.inputValue('#pin')) === '', 'the PIN stands in the field still');
    });
    await test('hits: a listed traveller stops at the lane, and the partner sees it come without asking', async () => {
      const partner = (await as('kr-liaison')).page, duty = (await as('kh-duty')).page;
      for (const page of [partner, duty]) await page.goto(`${address}/console?lang=en`);
      await partner.waitForSelector('h1');
      check((await partner.locator('main a[href*="/hits/"]').count()) === 0, 'a hit is there before there was one');
      await lane.goto(`${border.lane}/lane/`);
      await lane.fill('input[name=code]', border.code);
      await lane.fill('input[name=name]', '3');
      await lane.keyboard.press('Enter');
      await sit(lane, 'kh-primary');
      await lane.keyboard.type(later.zone);
      await lane.waitForSelector('.result.pass');
      await noted(lane);
      await lane.keyboard.type(listed);
      await lane.waitForSelector('.result.stop');
      check((await lane.locator('.result h1').textContent()) === 'Stop', 'it does not say stop');
      await noted(lane);
      await partner.waitForSelector('main td.main a[href*="/hits/"]', { timeout: 20_000 });
      await duty.waitForSelector('main td.main a[href*="/hits/"]', { timeout: 20_000 });
      check((await partner.locator('main h2').first().innerText()) === 'Hits that wait for your answer', 'it does not say that it waits');
      check((await partner.locator('.clocks a[href*="/hits/"]').count()) === 1, 'the clock leads elsewhere');
      await partner.locator('main td.main a[href*="/hits/"]').click();
      await partner.waitForSelector('[data-act=same]');
      hit = new URL(partner.url()).pathname.split('/')[3];
    });
    await test('hits: who was seen and who is listed stand side by side, with what the engine found', async () => {
      const { page } = await as('kr-liaison');
      const row = (label) => page.locator('.compare tr', { has: page.locator(`th:has-text("${label}")`) }).first();
      check((await row('Names').innerText()).includes('김민수'), 'the listed name is not there in its own script');
      check((await row('Date of birth').locator('.found').innerText()).includes('the same'), 'the birth dates are not compared');
      check((await row('Document').locator('mark').count()) === 2, 'the document is not marked on both sides');
      check((await page.locator('.balance').count()) >= 1, 'nothing is weighed');
      await page.locator('.similar summary').first().click();
      check((await page.locator('.reasons tbody tr').count()) >= 2, 'no reasons');
    });
    await test('hits: the second line confirms and takes custody with the PIN set in the console; the partner sees the clock', async () => {
      await switchTo('kh-secondary', '482916');
      await lane.click('nav button >> nth=1');
      await lane.click('.queue li button');
      await lane.waitForSelector('.listed');
      await post(lane, 'POST', `hits/${hit}/acts/note`, { note: 'A scar over the left eye, as described.', photo: await face(lane) });
      await secondLine(lane, 'confirm', 'the scar is there', '482916');
      await post(lane, 'POST', `hits/${hit}/acts/note`, { note: 'The warrant was shown to him.' });
      await secondLine(lane, 'custody', '', '482916');
      await lane.waitForSelector('.clock');
      const { page } = await as('kr-liaison');
      await page.waitForSelector('section[aria-label=Custody] .clock', { timeout: 20_000 });
      check((await page.locator('.entry-head .badges').innerText()).includes('in custody'), 'the state is an older one');
      check((await page.locator('.pictures img').first().evaluate((img) => img.complete && img.naturalWidth)) === 180, 'the photograph is not shown');
      check(!(await page.locator('main').innerText()).includes('warrant was shown'), "the host's notes are shown to the partner");
    });
    await test('hits: the partner answers "it is he" by the keyboard alone', async () => {
      const { page } = await as('kr-liaison');
      await picture(page, 'hit-partner-en-1440');
      await page.locator('h1').click();
      await tabTo(page, '[data-act=same]');
      await page.keyboard.press('Enter');
      await page.waitForSelector('dialog[open] #text');
      await audit(page, 'dialog');
      await picture(page, 'hit-answer-en-1440');
      await tabTo(page, '#text');
      await page.keyboard.type('Fingerprints agree.');
      await tabTo(page, 'dialog button[type=submit]');
      await page.keyboard.press('Enter');
      await page.waitForSelector('dialog[open]', { state: 'detached' });
      await page.waitForSelector('section[aria-label="Partner\'s answer"] .badge:has-text("It is he")');
      check((await page.locator('[data-act=same]').count()) === 0, 'he may answer twice');
    });
    await test("hits: the lane's second line and the host's console show the answer and the whole story", async () => {
      await lane.waitForFunction(() => document.querySelector('.hit')?.textContent.includes('it is he (Fingerprints agree.)'), undefined, { timeout: 20_000 });
      const { page } = await as('kh-duty');
      await page.goto(`${address}/console/hits/${hit}?lang=en`);
      await told(page, 'Fingerprints agree.');
      const heads = (await story(page)).map((each) => each.trim());
      const want = ['Seen at lane 3', 'South Korea is asked', 'Comment', 'It is he', 'Comment', 'Taken into custody', "Partner's answer"];
      check(heads.length === want.length && want.every((each, i) => heads[i].includes(each)), `the story is ${heads.join(' / ')}`);
      const text = await page.locator('.timeline').innerText();
      for (const part of ['The warrant was shown to him.', 'Sam Kunthea', 'Second line officer', 'Phnom Penh airport', 'Clock of the checkpoint', 's off', 'Liaison officer']) check(text.includes(part), `${part} is not in the story`);
      check(/\+\d|−\d/.test(text), 'no clock offset');
      const kept = await hub(page, 'GET', `/hits/${hit}`);
      check(kept.state === 'custody' && kept.answer === 'same' && kept.answerText === 'Fingerprints agree.', JSON.stringify(kept).slice(0, 300));
    });
    await test("hits: the duty officer comments; the host's officers read it, the partner does not", async () => {
      const { page } = await as('kh-duty');
      await page.click('[data-act=note]');
      await page.locator('dialog[open] form button[type=submit]').click();
      await page.waitForSelector('dialog[open] .summary');
      await page.fill('dialog #text', 'Car ordered for 18:00.');
      await page.locator('dialog[open] form button[type=submit]').click();
      await page.waitForSelector('dialog[open]', { state: 'detached' });
      await told(page, 'Car ordered');
      const partner = (await as('kr-liaison')).page;
      await partner.waitForFunction(() => document.querySelectorAll('.timeline > li').length === 8, undefined, { timeout: 20_000 });
      check(!(await partner.locator('main').innerText()).includes('Car ordered'), 'the partner reads it');
    });
    await test('hits: handed over at the post; the partner gives the receipt, for which he proves who he is', async () => {
      await secondLine(lane, 'hand-over', '', '482916');
      const { page } = await as('kr-liaison');
      await page.waitForSelector('[data-act=receive]', { timeout: 20_000 });
      await page.route('**/acts/receive', (route) => route.fulfill({ status: 401, contentType: 'application/problem+json',
        body: JSON.stringify({ status: 401, reason: 'prove-anew', detail: 'Please prove again who you are' }) }), { times: 1 });
      await page.click('[data-act=receive]');
      await page.fill('dialog #text', 'Phnom Penh airport, 18:20.');
      await page.locator('dialog[open] form button[type=submit]').click();
      await page.fill('dialog #code', await freshCode(officers['kr-liaison']));
      await page.locator('dialog:has(#code) form button[type=submit]').click();
      await page.waitForSelector('dialog[open]', { state: 'detached' });
      const { page: duty } = await as('kh-duty');
      await told(duty, 'Phnom Penh airport, 18:20.');
      const both = await duty.locator('section[aria-label="Hand-over"]').innerText();
      check(both.includes('Sam Kunthea') && both.includes('김하늘') && both.includes('18:20.'), `the hand-over says ${both}`);
      check((await page.locator('[data-act=receive]').count()) === 0, 'a second receipt is asked for');
    });
    await test('hits: who was listed later is shown to have been in the country since, on his entry and among the alerts', async () => {
      const { page } = await as('kh-decider2');
      const entry = (await hub(page, 'GET', `/entries?q=${later.reference}`)).items[0];
      await page.goto(`${address}/console/entries/${entry.id}?lang=en`);
      await page.click('[data-act=confirm]');
      await page.locator('dialog[open] form button[type=submit]').click();
      await page.waitForSelector('dialog[open]', { state: 'detached' });
      await page.locator('h2:has-text("He has been in the country since")').waitFor({ timeout: 30_000 });
      await audit(page);
      const partner = (await as('kr-liaison')).page;
      await partner.goto(`${address}/console?lang=en`);
      await partner.locator('.notices a:has-text("Crossed before he was listed")').click();
      await partner.locator('h2:has-text("He has been in the country since")').waitFor();
      await picture(partner, 'crossings-en-1440');
    });
    await test('hits: another person is cleared with his consent; the clearance waits for its second person, and each leads to the other', async () => {
      await switchTo('kh-primary');
      await lane.keyboard.type(zone('RYU<<BYEONGCHEOL', 'M77700011', '781123'));
      await lane.waitForSelector('.result.refer, .result.stop');
      await noted(lane);
      await switchTo('kh-secondary', '482916');
      const { id } = (await post(lane, 'GET', 'hits')).items.find((each) => each.id !== hit);
      await post(lane, 'POST', `hits/${id}/acts/clear`, { note: 'Another face, another height.', pin: '482916', fields: { consent: true }, photo: await face(lane) });
      const { page } = await as('kh-supervisor');
      await page.goto(`${address}/console?lang=en`);
      await page.locator('section[aria-label="Clearances to confirm"] a').first().click();
      await page.locator('.facts a:has-text("Hit")').click();
      await page.waitForURL(new RegExp(`hits/${id}`));
      await page.locator('.timeline a:has-text("A clearance was proposed")').click();
      await page.waitForURL(/clearances\/[0-9a-f]{32}/);
    });
    await test('hits: the list filters by state, place and what waits for an answer', async () => {
      const { page } = await as('kh-duty');
      await page.goto(`${address}/console/hits?lang=en`);
      const rows = (n) => page.waitForFunction((want) => document.querySelectorAll('main tbody tr').length === want, n);
      await rows(2);
      await page.selectOption('select[aria-label=State]', 'cleared');
      await rows(1);
      await page.selectOption('select[aria-label=State]', '');
      await rows(2);
      // Of the two one was answered and one is another person: nobody waits.
      await page.check('#unanswered');
      await rows(0);
      await page.uncheck('#unanswered');
      await page.locator('select[aria-label=Checkpoint] option').nth(2).waitFor({ state: 'attached' });
      await page.selectOption('select[aria-label=Checkpoint]', { label: 'Bavet' });
      await rows(0);
      await page.selectOption('select[aria-label=Checkpoint]', { label: 'Phnom Penh airport' });
      await rows(2);
      await page.locator('h1').click();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.entry h1');
    });
    await test('hits: no other country is told of them', async () => {
      const { page } = await as('th-liaison');
      await page.goto(`${address}/console/hits?lang=en`);
      await page.waitForSelector('.empty');
      await page.goto(`${address}/console/hits/${hit}?lang=en`);
      await told(page, 'There is no such hit');
    });
    await test('hits: today shows all that wait, and the clock of custody', async () => {
      await switchTo('kh-primary');
      for (const [name, number, birth] of [['RYU<<BYEONGCHEOL', 'M20446181', '781123'], ['PARK<<JIHOON', 'M31755902', '870614']]) {
        await lane.keyboard.type(zone(name, number, birth));
        await lane.waitForSelector('.result.stop');
        await noted(lane);
      }
      await switchTo('kh-secondary', '482916');
      await lane.click('nav button >> nth=1');
      await lane.locator('.queue li button:has-text("PARK")').click();
      await lane.waitForSelector('.listed h3:has-text("박지훈")');
      held = (await post(lane, 'GET', 'hits')).items.find((each) => each.traveller.names.some((name) => name.text.includes('PARK'))).id;
      await post(lane, 'POST', `hits/${held}/acts/note`, { note: 'Compared with the photograph.', photo: await face(lane) });
      await secondLine(lane, 'confirm', '', '482916');
      await secondLine(lane, 'custody', '', '482916');
      const { page } = await as('kr-liaison');
      await page.goto(`${address}/console?lang=en`);
      await page.locator(`.clocks a[href*="${held}"]`).nth(1).waitFor({ timeout: 20_000 });
      const clocks = await page.locator('.clocks li', { has: page.locator(`a[href*="${held}"]`) }).allInnerTexts();
      check(clocks.some((each) => each.includes('custody ends by law')) && clocks.some((each) => each.includes('answer about a hit')), clocks.join());
      await page.waitForFunction(() => document.querySelectorAll('main td.main a[href*="/hits/"]').length === 2);
    });
    const screens = { 'kr-liaison': ['', '/hits', `/hits/${held}`], 'kh-duty': ['', '/hits', `/hits/${hit}`], 'kh-secondary': ['/profile'] };
    for (const [login, paths] of Object.entries(screens)) {
      for (const path of paths) {
        await test(`hits: ${path.replace(/[0-9a-f]{32}/, 'one') || 'today'} of ${login} in four languages at 390 and 1440 px`, async () => {
          const { page, errors } = await as(login);
          await everyWay(page, `${address}/console${path}`, async (language, width) => {
            await look(page, { audit, check }, errors, language);
            await audit(page);
            await picture(page, `${path === '' ? 'today' : path === '/profile' ? 'pin' : path === '/hits' ? 'hits' : 'hit'}-${login.slice(0, 2)}-${language}-${width}`);
          });
        });
      }
    }
  } finally {
    for (const { page } of Object.values(sessions)) await page.context().close();
    await lane.context().close();
    await end(border.running, border.hub);
    rmSync(border.folder, { recursive: true, force: true });
  }
}
