// Before arrival: a carrier's passenger list comes in, and the duty officer sees what each was answered and whom he is like. Then the list
// changes, the carrier does not acknowledge that an answer turned round, and the duty officer rings it.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { everyWay, look } from './console.mjs';
import { hub } from './desk.mjs';
import { end, start } from './lane.mjs';
import { sendAct, signIn } from './officer.mjs';

/** Sought with a warrant: he boards and is met. */
const sought = ['KIM', 'MINSU', '900307', 'KOR', 'M12345678'];
const refused = ['NGUYEN', 'VAN HAI', '890405', 'VNM', 'C7730164'];
const honest = ['TAN', 'WEI', '711224', 'SGP', 'Q00000002'];
/** Nominated and approved once: one decision from the list, to be refused entry and nothing else. */
const later = { reference: 'KNPA-2026-0136', name: 'JUNG DAWOON', passenger: ['JUNG', 'DAWOON', '960211', 'KOR', 'M33190825'] };
const patient = { timeout: 90_000 };

const stamp = (hours) => new Date(Date.now() + (7 + hours) * 3_600_000).toISOString().replace(/\D/g, '').slice(2, 12);

function passenger(number, [family, given, birth, nationality, passport]) {
  const n = String(number).padStart(5, '0');
  return [`NAD+FL+++${family}:${given}'`, "ATT+2++M'", `DTM+329:${birth}'`, "LOC+178+ICN'", "LOC+179+PNH'", `NAT+2+${nationality}'`, `RFF+AVF:L${n}'`, `RFF+ABO:${n}'`,
    `DOC+P:110:111+${passport}'`, "DTM+36:330515'", `LOC+91+${nationality}'`];
}

/** An interchange of one list, as a carrier's system sends it. */
function paxlst(people, flight) {
  const lines = ["UNH+CTRL1+PAXLST:D:05B:UN:IATA+CTRL1+01:F'", "BGM+745'", `RFF+TN:${flight}T'`, "NAD+MS+++PASSENGER DESK'", "COM+85221234567:TE'", `TDT+20+${flight}+++ZZ'`,
    "LOC+125+ICN'", `DTM+189:${stamp(1)}:201'`, "LOC+87+PNH'", `DTM+232:${stamp(6)}:201'`, ...people.flatMap((each, i) => passenger(i + 1, each)), `CNT+42:${people.length}'`];
  return `UNB+UNOA:4+ZZ9:ZZ+KHMPIU:ZZ+260301:0410+CTRL1++IAPI'\nUNG+PAXLST+ZZ9+KHMPIU+260301:0410+1+UN+D:05B'\n${lines.join('\n')}\nUNT+${lines.length + 1}+CTRL1'\nUNE+1+1'\nUNZ+1+CTRL1'\n`;
}

/** The five minutes of the carrier are over: what the hub counts from is moved back, as the hub keeps it. */
function fiveMinutesLater(folder, id) {
  execFileSync('python3', ['-c', `import sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=30)
with db:
    moved = db.execute('UPDATE reversal SET created_at = created_at - 300000, call_at = call_at - 300000 WHERE id = ?', (sys.argv[2],)).rowcount
sys.exit(moved != 1)`, join(folder, 'hub', 'cordon.db'), id]);
}

export async function arrivalsTests({ test, check, audit, browser, cordon, pictures }) {
  const border = await start(cordon);
  const { address, officers } = border, windows = [];
  const as = async (login) => {
    const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage(), errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    windows.push(page);
    await signIn(page, address, officers[login]);
    return { page, errors };
  };
  let duty, token = '', told = '', changed = '';
  const carrier = async (method, path, body) => {
    const answer = await fetch(`${address}/api/v1${path}`, { method, headers: { Authorization: `Bearer ${token}`, 'X-Cordon': '1', ...(body ? { 'Content-Type': 'application/edifact' } : {}) }, ...(body ? { body } : {}) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`);
    return text;
  };
  /** What waits for the carrier, once something does. */
  const fetched = async () => {
    for (const end = Date.now() + patient.timeout; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 250))) {
      const text = await carrier('GET', '/arrivals/cusres');
      if (text.includes('BGM+132')) return text;
    }
    throw new Error('no answer turned round');
  };
  const everywhere = async (name, path) => {
    const { page, errors } = duty;
    await everyWay(page, `${address}/console${path}`, async (language, width) => {
      await look(page, { audit, check }, errors, language);
      if (pictures) await page.screenshot({ path: join(pictures, `console-${name}-${language}-${width}.png`), fullPage: true });
    });
    await page.locator('.languages button[lang=en]').first().click();
  };

  try {
    await test('arrivals: a carrier is given a token in the console', async () => {
      const { page } = await as('kh-admin');
      await page.goto(`${address}/console/people?lang=en`);
      const place = page.locator('section[aria-label="Machines"]');
      await place.locator('.page-head button').click();
      await page.fill('dialog #name', 'Carrier of the test');
      await page.selectOption('dialog #kind', 'carrier');
      await page.locator('dialog form button[type=submit]').click();
      token = await page.locator('dialog code.secret').innerText();
      await page.locator('dialog .acts button.main').click();
      await place.locator('tr:has-text("Carrier of the test"):has-text("Carrier (machine)")').waitFor();
    });
    await test('arrivals: a passenger list is answered, and the duty officer sees whom of the list who is like', async () => {
      const answer = await carrier('POST', '/arrivals/paxlst', paxlst([sought, refused, honest], 'ZZ901'));
      check([...answer.matchAll(/ERC\+(..)'/g)].map((each) => each[1]).join() === '0Z,1Z,0Z', answer);
      duty = await as('kh-duty');
      const { page } = duty;
      await page.goto(`${address}/console/arrivals?lang=en`);
      await page.waitForSelector('main td.main a');
      await page.keyboard.press('/');
      await page.keyboard.type('zz901');
      await page.keyboard.press('Escape');
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.entry tbody tr');
      const rows = await page.locator('.entry tbody tr').allInnerTexts();
      const want = [['may board', 'second line', 'To the entry'], ['must not board', 'To the entry'], ['may board', 'Nobody']];
      check(rows.length === want.length && want.every((words, i) => words.every((each) => rows[i].includes(each))), rows.join(' / '));
      await everywhere('arrival', new URL(page.url()).pathname.replace('/console', ''));
      await everywhere('arrivals', '/arrivals');
    });
    await test('arrivals: when the list changes, an answer that was given turns round, and the duty officer sees it without asking', async () => {
      const { page } = duty;
      const answer = await carrier('POST', '/arrivals/paxlst', paxlst([honest, later.passenger], 'ZZ902'));
      check(answer.split('ERC+0Z').length === 3, `they may not all board: ${answer}`);
      await page.goto(`${address}/console/reversals?lang=en`);
      await page.locator('main :text("No answer to a carrier has changed.")').waitFor();
      const decider = (await as('kh-decider2')).page;
      const entry = (await hub(decider, 'GET', `/entries?q=${later.reference}`)).items[0];
      const measures = (await hub(decider, 'GET', `/entries/${entry.id}`)).measures.filter((each) => !each.endedAt).map((each) => each.kind);
      check(measures.join() === 'refuse-entry', `measures ${measures}`);
      await decider.goto(`${address}/console/entries/${entry.id}?lang=en`);
      await decider.click('[data-act=confirm]');
      await sendAct(decider);
      told = await fetched();
      check(/ABO:00002.*?ERC\+1Z/s.test(told) && told.includes('DO NOT BOARD'), told);
      await page.locator(`main td.main a:has-text("${later.name}")`).waitFor(patient);
      await page.locator(`main td.main a:has-text("${later.name}")`).click();
      await page.locator('.entry .badges:has-text("must not board")').waitFor();
      await page.locator('.next .clock').waitFor();
      check((await page.locator('main [data-act=called]').count()) === 1, 'he cannot ring before the clock ends');
      changed = new URL(page.url()).pathname.split('/')[3];
      check((await hub(page, 'GET', '/today')).alerts.every((each) => each.kind !== 'carrier-call'), 'a call is to be made already');
    });
    await test('arrivals: where the carrier does not acknowledge, the call is among those of today, and leads to the number', async () => {
      const { page } = duty;
      await page.goto(`${address}/console?lang=en`);
      await page.waitForSelector('h1');
      fiveMinutesLater(border.folder, changed);
      await page.locator('.notices a:has-text("Call the carrier")').waitFor(patient);
      await everywhere('today-call', '/today');
      await page.locator('.notices a:has-text("Call the carrier")').click();
      await page.waitForURL(new RegExp(`reversals/${changed}\\?call=1`));
      await page.locator('.next.warning a[href="tel:85221234567"]').waitFor();
      check((await page.locator('.entry .badges').innerText()).includes('call now'), 'it does not say that a call is to be made');
      await everywhere('reversal-call', `/reversals/${changed}`);
      await everywhere('reversals-call', '/reversals?call=1');
      check((await page.locator('main tbody tr').count()) === 1, 'the list of calls has not this one alone');
    });
    await test('arrivals: the officer writes down the call, and it is done', async () => {
      const { page, errors } = duty;
      await page.goto(`${address}/console/reversals/${changed}?call=1&lang=en`);
      await page.click('[data-act=called]');
      await page.waitForSelector('dialog[open] #text');
      await audit(page, 'dialog');
      if (pictures) await page.screenshot({ path: join(pictures, 'console-reversal-dialog-en-1440.png') });
      await page.locator('dialog[open] form button[type=submit]').click();
      await page.waitForSelector('dialog[open] .summary');
      await page.fill('dialog #text', 'Mr Lee of the desk takes him off the flight.');
      await sendAct(page);
      await page.locator('.entry .badges:has-text("called")').waitFor();
      await page.locator('.entry blockquote:has-text("Mr Lee of the desk")').waitFor();
      check((await page.locator('[data-act=called]').count()) === 0, 'he may ring twice');
      const kept = await hub(page, 'GET', `/reversals/${changed}`);
      check(kept.calledAt && !kept.call && kept.acts.length === 0 && kept.callNote === 'Mr Lee of the desk takes him off the flight.', JSON.stringify(kept));
      await page.goto(`${address}/console/reversals?call=1&lang=en`);
      await page.locator('main :text("No carrier has to be called.")').waitFor();
      await page.goto(`${address}/console?lang=en`);
      await page.waitForFunction(() => document.querySelector('.clocks'));
      check((await page.locator('.notices a:has-text("Call the carrier")').count()) === 0, 'the call is among those of today still');
      check(errors.length === 0, errors.join('; '));
    });
    await test('arrivals: a carrier that says later that it knows is seen to know', async () => {
      const { page } = duty;
      await page.goto(`${address}/console/reversals/${changed}?lang=en`);
      await page.locator('.entry blockquote').waitFor();
      check((await carrier('POST', '/arrivals/cusres', told.replace('BGM+132', 'BGM+312'))) === '{"acknowledged":1}', 'it is not taken');
      await page.locator('.entry .badges:has-text("acknowledged")').waitFor(patient);
      await page.locator('.entry blockquote:has-text("Mr Lee of the desk")').waitFor();
      await everywhere('reversal-done', `/reversals/${changed}`);
      await everywhere('reversals', '/reversals');
    });
  } finally {
    for (const page of windows) await page.context().close();
    await end(border.running, border.hub);
    rmSync(border.folder, { recursive: true, force: true });
  }
}
