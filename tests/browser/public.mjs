// The desk of the public in the console: reports come in sealed, an analyst makes a campaign and proposes a listing, a decider confirms it,
// a redress officer decides a dispute; every screen at both widths in four languages.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { everyWay, look } from './console.mjs';
import { hub as ask } from './desk.mjs';
import { signIn } from './officer.mjs';

async function start(cordon, root) {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-public-'));
  mkdirSync(join(folder, 'lists'), { recursive: true });
  const said = execFileSync(cordon, ['demo', '--data', folder], { encoding: 'utf8' }), officers = {};
  for (const [, login, secret] of said.matchAll(/^ {2}(\S+) +[a-z]{2} +([A-Z2-7]{32}) /gm)) officers[login] = { login, secret, password: 'cordon demonstration' };
  const hub = spawn(cordon, ['hub', '--data', folder, '--port', '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const address = await new Promise((resolve, reject) => {
    hub.stdout.on('data', (data) => { const found = /ready: (http:\/\/[^/]+)\//.exec(data); if (found) resolve(found[1]); });
    hub.on('exit', () => reject(new Error('the hub did not start')));
  });
  execFileSync('python3', [join(root, 'tests/browser/public_seed.py'), address]);
  return { folder, officers, hub, address };
}

const act = async (page, name, fill = async () => {}) => {
  await page.click(`aside [data-act="${name}"]`);
  await page.waitForSelector('dialog form');
  await fill();
  await page.click('dialog form button[type=submit]');
  await page.waitForSelector('dialog', { state: 'detached' });
};

export async function publicTests({ test, check, audit, browser, cordon, root, pictures }) {
  const { folder, officers, hub, address } = await start(cordon, root);
  const errors = [], open = {};
  const as = async (login) => {
    if (!open[login]) {
      const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
      page.setDefaultTimeout(20_000);
      page.on('pageerror', (error) => errors.push(`${login}: ${error.message}`));
      await signIn(page, address, officers[login]);
      open[login] = page;
    }
    return open[login];
  };
  const every = async (login, path, name) => {
    const page = await as(login);
    await everyWay(page, address + path, async (language, width) => {
      await look(page, { audit, check }, errors, language);
      if (pictures) await page.screenshot({ path: join(pictures, `public-${name}-${language}-${width}.png`), fullPage: true });
    });
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.locator('.languages button[lang=en]').first().click();
  };
  const count = async (page, path, wanted) => {
    for (let i = 0; i < 200; i += 1) {
      const found = await ask(page, 'GET', path);
      if (found.total >= wanted) return found;
      await page.waitForTimeout(100);
    }
    throw new Error(`${path} has not ${wanted}`);
  };

  const files = (page) => page.locator('section[aria-label="Evidence"]');
  /** Marks the file that stands on the page. */
  const restrict = async (page, reason) => {
    await files(page).getByRole('button', { name: 'Restrict' }).click();
    await page.waitForSelector('dialog form');
    await audit(page, 'dialog');
    await page.click('dialog form button[type=submit]');
    check(await page.locator('dialog .summary').isVisible(), 'it is marked without a reason');
    await page.selectOption('dialog #reason', reason);
    await page.fill('dialog #note', 'Seen at the desk, invented');
    if (pictures) await page.screenshot({ path: join(pictures, 'public-restrict-en-1440.png') });
    await page.click('dialog form button[type=submit]');
    await page.waitForSelector('dialog', { state: 'detached' });
    await files(page).getByText('restricted, not shown').waitFor();
    check(await page.locator('img.evidence').count() === 0 && await files(page).getByRole('button').count() === 0, 'it can still be looked at');
  };
  const restricted = async (analyst, liaison, id) => {
    await files(liaison).getByRole('button', { name: 'Show the clean copy' }).click();
    await liaison.waitForSelector('img.evidence');
    await restrict(analyst, 'child');
    await files(liaison).getByText('The hub withholds this file').waitFor();
    check(await liaison.locator('img.evidence').count() === 0 && await files(liaison).getByRole('button').count() === 0, 'the partner still sees it');
    check(await files(liaison).getByText('Seen at the desk').count() === 0, 'the partner reads the note');
    await analyst.locator('section[aria-label="What happened"]').getByText('File 1 · A child is seen').waitFor();
    await every('kh-analyst', `/console/reports/${id}`, 'report-restricted');
    await analyst.goto(`${address}/console/reports/${id}?lang=en`);
  };
  /** Restricted on a dispute, opened by a supervisor who says why, the mark lifted. */
  const opened = async (redress, supervisor, id) => {
    const asked = [], path = `/console/disputes/${id}`;
    await restrict(redress, 'private-person');
    await every('kh-redress', path, 'dispute-restricted');
    supervisor.on('request', (request) => { if (request.url().includes('/evidence/')) asked.push([request.url(), request.headers()['x-purpose']]); });
    await supervisor.goto(`${address}${path}?lang=en`);
    await files(supervisor).getByText('Somebody who has no part in it').waitFor();
    check(asked.length === 0, 'something of it is loaded before it is asked for');
    for (const [n, why] of [[1, 'Does the mark stand'], [2, 'A second look']]) {
      await files(supervisor).getByRole('button', { name: 'Open with a reason' }).click();
      await supervisor.waitForSelector('dialog form');
      if (n === 1) { await audit(supervisor, 'dialog'); if (pictures) await supervisor.screenshot({ path: join(pictures, 'public-open-en-1440.png') }); }
      await supervisor.click('dialog form button[type=submit]');
      check(await supervisor.locator('dialog .summary').isVisible(), 'it opens without a reason');
      await supervisor.fill('dialog #purpose', why);
      await supervisor.click('dialog form button[type=submit]');
      await supervisor.waitForFunction(() => document.querySelector('img.evidence')?.naturalWidth > 0);
      check(asked.length === n && asked[n - 1][0].endsWith('/evidence/1/restricted') && asked[n - 1][1] === encodeURIComponent(why), JSON.stringify(asked));
      if (pictures && n === 1) await supervisor.screenshot({ path: join(pictures, 'public-opened-en-1440.png'), fullPage: true });
      await look(supervisor, { audit, check }, errors, 'en');
      await files(supervisor).getByRole('button', { name: 'Hide it again' }).click();
      check(await supervisor.locator('img.evidence').count() === 0, 'it is not hidden');
    }
    await files(supervisor).getByRole('button', { name: 'Lift the restriction' }).click();
    await supervisor.fill('dialog #note', 'It is his own bill');
    await supervisor.click('dialog form button[type=submit]');
    await files(redress).getByRole('button', { name: 'Show the clean copy' }).waitFor();
  };

  try {
    const analyst = await as('kh-analyst');
    await count(analyst, '/reports', 31);
    await test('public: what nobody has dealt with waits on the first screen, the gravest of it', async () => {
      await analyst.goto(`${address}/console/today?lang=en`);
      await analyst.waitForSelector('main tbody tr');
      check((await analyst.locator('main tbody tr').count()) === 5, 'not the first five');
      const first = (await ask(analyst, 'GET', '/reports?open=1&limit=1')).items[0];
      check(first.priority === 0 && (await analyst.locator('main tbody tr a').first().getAttribute('href')).includes(first.id), 'another one stands first');
      check((await analyst.innerText('main')).includes('All 31 that wait'), 'how many there are is not said');
      await every('kh-analyst', '/console/today', 'today');
    });
    await test('public: reports, what the machine noticed above them', async () => every('kh-analyst', '/console/reports', 'reports'));
    const one = (await ask(analyst, 'GET', '/reports?priority=0')).items[0];
    await test('public: one report beside the list', async () => every('kh-analyst', `/console/reports/${one.id}?priority=0`, 'report'));
    await test('public: an analyst reads it, and looks at how to reach the reporter with a reason', async () => {
      await analyst.goto(`${address}/console/reports/${one.id}?lang=en`);
      await act(analyst, 'read');
      check((await ask(analyst, 'GET', `/reports/${one.id}`)).state === 'read', 'it was not read');
      await analyst.getByRole('button', { name: 'Show how to reach the person' }).click();
      await analyst.fill('#purpose', 'He is in danger');
      await analyst.click('dialog form button[type=submit]');
      await analyst.getByText('@invented').waitFor();
    });
    await test('public: an analyst says what of the text belongs to the fraud', async () => {
      const found = async () => Object.fromEntries((await ask(analyst, 'GET', `/reports/${one.id}`)).found.map((each) => [each.x, each]));
      const line = (text) => analyst.locator('section[aria-label="Found in the text"] li', { hasText: text });
      await analyst.goto(`${address}/console/reports/${one.id}?lang=en`);
      check((await line('+82232100404').locator('[data-act="found-confirm"]').count()) === 0, 'an official contact can be confirmed');
      await line('hr_poipet_kh').locator('[data-act="found-confirm"]').click();
      await line('hr_poipet_kh').getByText('confirmed', { exact: true }).waitFor();
      await line('+821055500123').locator('[data-act="found-reject"]').click();
      await line('+821055500123').getByText('not of the fraud').waitFor();
      const after = await found();
      check(after['handle|telegram:hr_poipet_kh'].state === 'confirmed' && after['phone|821055500123'].state === 'rejected', JSON.stringify(after));
      check((await ask(analyst, 'GET', '/reports?identifier=handle|telegram:hr_poipet_kh')).total === 1, 'it does not count as named');
      if (pictures) await analyst.screenshot({ path: join(pictures, 'public-found-en-1440.png'), fullPage: true });
    });
    await test('public: a portal\'s alarm comes to the first screen of who operates, and stays until he has looked after it', async () => {
      const operator = await as('kh-operator'), key = 'a1'.repeat(32), card = operator.locator('section[aria-label="Numbers may be being gone through"]');
      await ask(operator, 'POST', '/portals', { key, name: 'Phnom Penh 1' });
      await operator.goto(`${address}/console/?lang=en`);
      await operator.waitForSelector('main .two');
      check((await card.count()) === 0, 'there is an alarm already');
      execFileSync('python3', [join(root, 'tests/browser/public_seed.py'), address, 'alarm', key]);
      await card.getByText('3 networks have each checked more than 10,000 times').waitFor();
      await card.getByText('41,250 checks in one hour, where 3,100 are usual').waitFor();
      await card.getByText('What to do').click();
      check(await card.getByText('cordon key rotate').isVisible(), 'what to do is not said where it comes');
      await every('kh-operator', '/console/', 'alarm-today');
      await operator.goto(`${address}/console/?lang=en`);
      await card.getByRole('link', { name: '41,250' }).click();
      await operator.getByText('cordon key rotate').waitFor();
      await operator.getByText('as evenly as over 15,870 of 16,384').waitFor();
      const path = new URL(operator.url()).pathname;
      await every('kh-operator', path, 'alarm');
      await operator.goto(`${address}${path}?lang=en`);
      await act(operator, 'seen', async () => operator.fill('#note', 'The key was rotated, invented'));
      await operator.getByText('The key was rotated, invented').waitFor();
      await every('kh-operator', path, 'alarm-seen');
      await operator.goto(`${address}/console/?lang=en`);
      await card.getByText('3 networks').waitFor();
      check((await card.locator('.notices li').count()) === 1, 'it is on the first screen still');
      await every('kh-operator', '/console/portal-alarms', 'alarms');
      check((await ask(operator, 'GET', '/portal-alarms')).items.filter((each) => each.state === 'seen').length === 1, 'it is not kept as seen');
    });
    await test('public: a flood is seen', async () => {
      await analyst.goto(`${address}/console/reports?lang=en`);
      await analyst.getByRole('button', { name: 'I have looked at it' }).click();
      await analyst.getByText('Many reports that are not independent').first().waitFor({ state: 'detached' });
    });
    await test('public: a cluster becomes a campaign', async () => {
      await analyst.goto(`${address}/console/campaigns?cluster=${one.cluster}&lang=en`);
      await analyst.fill('#name', 'Typing job in Poipet');
      await analyst.click('dialog form button[type=submit]');
      await analyst.waitForURL(/campaigns\/[0-9a-f]{32}/);
      check((await ask(analyst, 'GET', '/campaigns')).items[0].reports === 4, 'not all four are linked');
      await every('kh-analyst', new URL(analyst.url()).pathname, 'campaign');
    });
    await test('public: a report is given to a partner, taken back by its reporter, and the partner acknowledges', async () => {
      const given = (await ask(analyst, 'GET', '/reports?priority=1')).items[0], liaison = await as('kr-liaison');
      await analyst.goto(`${address}/console/reports/${given.id}?priority=1&lang=en`);
      await act(analyst, 'sent', async () => analyst.selectOption('#authority', '4'));
      const row = (await count(liaison, '/referrals', 1)).items[0], path = `/console/referrals/${row.id}`;
      await liaison.goto(`${address}${path}?lang=en`);
      await liaison.getByText('처음에는 조금').waitFor();
      if (pictures) await every('kr-liaison', path, 'referral-sent');
      await restricted(analyst, liaison, given.id);
      if (pictures) await every('kr-liaison', path, 'referral-withheld');
      execFileSync('python3', [join(root, 'tests/browser/public_seed.py'), address, 'withdraw']);
      await liaison.getByText('The reporter has taken this report back').waitFor();
      check((await liaison.getByText('처음에는 조금').count()) === 0, 'what it said is still there');
      await every('kr-liaison', path, 'referral-withdrawn');
      await liaison.goto(`${address}/console/?lang=en`);
      await liaison.locator('.clocks').getByText('a report was taken back').waitFor();
      if (pictures) for (const [who, where, name] of [['kr-liaison', '/console/', 'referral-today'], ['kr-liaison', '/console/referrals', 'referrals'], ['kh-analyst', `/console/reports/${given.id}`, 'referral-report'], ['kh-analyst', path, 'referral-hub']]) await every(who, where, name);
      await liaison.goto(`${address}${path}?lang=en`);
      await act(liaison, 'acknowledge', async () => liaison.fill('#note', 'Copies destroyed, invented'));
      await analyst.goto(`${address}/console/reports/${given.id}?lang=en`);
      await analyst.locator('section[aria-label="Given to partners"]').getByText('withdrawal acknowledged').waitFor();
      if (pictures) await every('kh-analyst', path, 'referral-acknowledged');
    });
    await test('public: an analyst proposes, a decider confirms', async () => {
      await analyst.goto(`${address}/console/listings?propose=${encodeURIComponent('phone|821055500199')}&lang=en`);
      await analyst.selectOption('#authority', '4');
      await analyst.fill('#note', 'Case of the Korean police, invented');
      await analyst.click('dialog form button[type=submit]');
      await analyst.waitForURL(/listings\/[0-9a-f]{32}/);
      const path = new URL(analyst.url()).pathname, decider = await as('kh-decider');
      await decider.goto(address + path);
      await act(decider, 'confirm');
      const listing = await ask(decider, 'GET', `/public-${path.slice('/console/'.length)}`);
      check(listing.state === 'in-force' && listing.verdict === 'confirmed', JSON.stringify(listing));
      await every('kh-decider', path, 'listing');
      await every('kh-decider', '/console/listings', 'listings');
    });
    await test('public: a dispute is decided, and what it disputes is told no more', async () => {
      const redress = await as('kh-redress');
      const dispute = (await count(redress, '/disputes', 1)).items[0];
      await every('kh-redress', '/console/disputes', 'disputes');
      await every('kh-redress', `/console/disputes/${dispute.id}`, 'dispute');
      await redress.goto(`${address}/console/disputes/${dispute.id}?lang=en`);
      await redress.getByRole('button', { name: 'Show the clean copy' }).click();
      await redress.waitForFunction(() => document.querySelector('img.evidence')?.naturalWidth > 0);
      const saved = redress.waitForEvent('download');
      await redress.getByRole('button', { name: 'Save the original' }).click();
      await redress.fill('#purpose', 'Held against the contract');
      await redress.click('dialog form button[type=submit]');
      check((await saved).suggestedFilename() === `evidence-${dispute.id.slice(0, 8)}-1.jpg`, 'the original is saved under another name');
      await opened(redress, await as('kh-supervisor'), dispute.id);
      await act(redress, 'uphold', () => redress.selectOption('dialog #reason', 'recycled'));
      const after = await ask(redress, 'GET', `/disputes/${dispute.id}`);
      check(after.state === 'upheld' && after.listings.length === 0, JSON.stringify(after));
    });
    await test('public: official contacts are entered by one and confirmed by another', async () => {
      await every('kh-analyst', '/console/contacts', 'contacts');
      await analyst.goto(`${address}/console/contacts?lang=en`);
      await analyst.getByRole('button', { name: 'New official contact' }).click();
      await analyst.selectOption('#country', 'kh');
      await analyst.fill('#name_en', 'A bank, invented');
      await analyst.fill('#value1', '+855 23 700 099');
      await analyst.fill('#checked', '2026-11-20');
      await analyst.fill('#source', 'Letter of the bank, invented');
      if (pictures) await analyst.screenshot({ path: join(pictures, 'public-contact-new-en-1440.png') });
      await audit(analyst, 'dialog');
      await analyst.click('dialog form button[type=submit]');
      await analyst.waitForURL(/contacts\/[0-9a-f]{32}/);
      const path = new URL(analyst.url()).pathname, decider = await as('kh-decider');
      await decider.goto(address + path);
      await act(decider, 'confirm');
      check((await ask(decider, 'GET', `/${path.slice('/console/'.length)}`)).state === 'in-force', 'it is not in force');
      await every('kh-decider', path, 'contact');
    });
    await test('public: an alert is written in two languages, seen as the public will read it, and released by another', async () => {
      await analyst.goto(`${address}/console/alerts?lang=en`);
      await analyst.getByRole('button', { name: 'Write an alert' }).click();
      await analyst.fill('[id="title.en"]', 'Parcels: "customs" ask for a fee');
      await analyst.getByText('Here stands what you write.').waitFor({ state: 'detached' });
      await analyst.fill('[id="text.en"]', 'A message says that your parcel is held.\nThe address in it is false.');
      await analyst.fill('[id="advice.en"]', 'Pay nothing.');
      check((await analyst.locator('.public-alert').innerText()).includes('The address in it is false.'), 'what is written is not seen');
      await analyst.locator('.languages-written [lang=ko]').click();
      await analyst.fill('[id="title.ko"]', '택배: 가짜 통관 수수료 요구');
      await analyst.click('dialog form button[type=submit]');
      // A title without a text: the field comes to sight, and all that was written is kept.
      await analyst.locator('dialog .summary').waitFor();
      check(await analyst.locator('[id="text.ko"]').isVisible(), 'the wrong field is not in sight');
      await analyst.fill('[id="text.ko"]', '택배가 보류되었다는 문자가 옵니다.\n주소는 가짜입니다.');
      await analyst.check('#country_kh');
      await analyst.check('#channel_sms');
      await audit(analyst, 'dialog');
      if (pictures) await analyst.screenshot({ path: join(pictures, 'public-alert-new-en-1440.png') });
      await analyst.click('dialog form button[type=submit]');
      await analyst.waitForURL(/alerts\/[0-9a-f]{32}/);
      const path = new URL(analyst.url()).pathname, id = path.split('/').pop(), decider = await as('kh-decider');
      await every('kh-decider', path, 'alert-draft');
      await decider.goto(address + path);
      await act(decider, 'release');
      const released = await ask(decider, 'GET', `/public-alerts/${id}`);
      check(released.state === 'released' && released.number === 1, JSON.stringify(released));
      await every('kh-analyst', path, 'alert');
      await every('kh-analyst', '/console/alerts', 'alerts');
      await analyst.goto(`${address}${path}?lang=en`);
      await analyst.getByRole('button', { name: 'Update it' }).click();
      check(await analyst.locator('[id="title.en"]').inputValue() === 'Parcels: "customs" ask for a fee', 'an update begins with what stands');
      await analyst.fill('[id="title.en"]', 'Parcels: by telephone too');
      await analyst.click('dialog form button[type=submit]');
      const shown = () => ask(analyst, 'GET', `/public-alerts/${new URL(analyst.url()).pathname.split('/').pop()}`);
      const another = (than) => analyst.waitForURL((url) => /alerts\/[0-9a-f]{32}/.test(url.pathname) && url.pathname !== than);
      await another(path);
      check((await shown()).refersNumber === 1, 'it refers to nothing');
      await analyst.goto(`${address}${path}?lang=en`);
      await analyst.getByRole('button', { name: 'Withdraw it' }).click();
      check(await analyst.locator('[id="text.en"]').inputValue() === '' && await analyst.locator('[id="advice.en"]').count() === 0, 'a withdrawal says its own reason');
      await analyst.fill('[id="text.en"]', 'The senders were arrested.');
      await analyst.locator('.languages-written [lang=ko]').click();
      await analyst.fill('[id="text.ko"]', '보낸 사람들이 검거되었습니다.');
      await audit(analyst, 'dialog');
      await analyst.click('dialog form button[type=submit]');
      await another(path);
      const cancel = await shown();
      check(cancel.kind === 'cancel' && cancel.title.ko === '택배: 가짜 통관 수수료 요구', JSON.stringify(cancel));
    });
    check(errors.length === 0, errors.join('; '));
  } finally {
    hub.kill();
    for (const page of Object.values(open)) await page.context().close();
    rmSync(folder, { recursive: true, force: true });
  }
}
