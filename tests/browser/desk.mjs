// What officers do at their desks beside the way to a decision: correcting a nomination, reporting an error, clearing a traveller,
// giving a machine its token. What the hub keeps is compared over its interface.

import { sendAct } from './officer.mjs';

/** One grey point. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';

/** Asks the hub as the page's officer; fails where the hub refuses. */
export async function hub(page, method, path, body, version) {
  return page.evaluate(async ([verb, to, sent, match]) => {
    const answer = await fetch(`/api/v1${to}`, { method: verb, headers: { 'Content-Type': 'application/json', 'X-Cordon': '1', ...(match === undefined ? {} : { 'If-Match': `"${match}"` }),
      ...(verb === 'POST' ? { 'Idempotency-Key': crypto.getRandomValues(new Uint32Array(4)).join('-') } : {}) }, ...(sent ? { body: JSON.stringify(sent) } : {}) });
    if (!answer.ok) throw new Error(`${verb} ${to}: ${await answer.text()}`);
    return answer.json();
  }, [method, path, body, version]);
}

/** An entry with more in it than a form has room for. */
const whole = {
  reference: 'KNPA-TEST-1', inflow: 'nominated', handling: 2,
  person: { schema: 'Person', properties: { name: ['박도윤', 'PARK DO YUN'], alias: ['도윤 형'], birthDate: ['1988-02-03', '1988-03-02'], nationality: ['kr', 'uz'],
    gender: ['male'], phone: ['+82 10 5550 0101', '+855 12 555 010'], passportNumber: ['M12345678', 'M87654321'], idNumber: ['880203-1555555'],
    publicKey: ['bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq'], email: ['park@example.test'], weakAlias: ['Doyoon'], notes: ['Speaks Khmer.\nTravels by land.'] } },
  documents: [{ kind: 'passport', number: 'M12345678', country: 'kr' }, { kind: 'passport', number: 'M87654321', country: 'kr' },
    { kind: 'identity-card', number: '880203-1555555', country: 'kr' }, { kind: 'other', number: 'DL-11-555', country: 'kh' }],
  offence: 'Ran the money of an investment fraud.\nTwo victims.', purpose: 'To have him stopped and referred.', law: 'Criminal Act', article: '347', maximumPenaltyMonths: 120,
  measures: [{ kind: 'refuse-entry', basis: 'decision', expiresAt: '2027-06-30T15:00:00Z' },
    { kind: 'detain', basis: 'warrant', number: '2026-WARRANT-77', issuer: 'Seoul Central District Court', expiresAt: '2027-03-31T15:00:00Z' }],
};

/** What a correction must keep. */
const kept = ({ reference, inflow, handling, person, documents, offence, purpose, assessment, measures }) =>
  ({ reference, inflow, handling, person, documents, offence, purpose, assessment, measures });

async function send(page) {
  await page.locator('main form button[type=submit]').click();
  await page.waitForURL(/entries\/[0-9a-f]{32}(\?|$)/, { timeout: 10_000 }).catch(async (error) => {
    throw new Error(`${await page.locator('.summary').innerText().catch(() => 'nothing said')}: ${error.message}`);
  });
}

export async function deskTests({ test, check, as, address, picture }) {
  let entry = null;

  await test('console: a birth date is corrected by form, and everything else of the entry stays as it was', async () => {
    const { page } = await as('kr-liaison', 'ko');
    entry = await hub(page, 'POST', '/entries', whole);
    const before = await hub(page, 'GET', `/entries/${entry.id}`);
    check(before.measures.length === 2 && before.documents.length === 4 && before.handling === 2, 'the entry was not made whole');
    await page.goto(`${address}/console/entries/${entry.id}/change?lang=ko`);
    await page.fill('#birthDate', '1988-02-13');
    await picture(page, 'change-ko-1440');
    await send(page);
    const after = await hub(page, 'GET', `/entries/${entry.id}`);
    const want = kept(before);
    want.person.properties.birthDate = ['1988-02-13', '1988-03-02'];
    check(after.version === before.version + 1, 'it was not changed');
    for (const [name, value] of Object.entries(want)) {
      check(JSON.stringify(after[name]) === JSON.stringify(value), `${name} became ${JSON.stringify(after[name])}, was ${JSON.stringify(value)}`);
    }
  });
  await test('console: a document, a measure and a detail are added and taken away by form, the others stay', async () => {
    const { page } = await as('kr-liaison', 'ko');
    await page.goto(`${address}/console/entries/${entry.id}/change?lang=km`);
    await page.locator('.rows .row:has(#document-1-number) > button').click();
    await page.click('#document-add');
    await page.fill('#document-4-number', 'M55555555');
    await page.selectOption('#document-4-country', 'kz');
    const detain = page.locator('.rows .row').filter({ has: page.locator('select[id$="-kind"]:has(option[value="detain"]:checked)') });
    await detain.locator('[id$="-number"]').fill('2026-WARRANT-78');
    await page.click('#measure-add');
    await page.selectOption('#measure-2-kind', 'notify-quietly');
    const email = page.locator('.rows .row').filter({ has: page.locator('select[id$="-property"]:has(option[value="email"]:checked)') });
    await email.locator(':scope > button').click();
    await picture(page, 'change-km-1440');
    await send(page);
    const after = await hub(page, 'GET', `/entries/${entry.id}`);
    check(after.documents.map((each) => each.number).join() === 'M12345678,880203-1555555,DL-11-555,M55555555', `documents ${JSON.stringify(after.documents)}`);
    check(after.documents[3].country === 'kz', 'the country of the new passport is lost');
    check(after.person.properties.passportNumber.join() === 'M12345678,M55555555', `passports ${after.person.properties.passportNumber}`);
    check(!('email' in after.person.properties), 'the address that was taken away is still there');
    check(after.person.properties.publicKey[0] === whole.person.properties.publicKey[0] && after.person.properties.notes[0] === whole.person.properties.notes[0], 'another detail is lost');
    const stand = Object.fromEntries(after.measures.filter((each) => !each.endedAt).map((each) => [each.kind, each]));
    check(Object.keys(stand).sort().join() === 'detain,notify-quietly,refuse-entry', `measures ${JSON.stringify(stand)}`);
    check(stand['refuse-entry'].expiresAt.startsWith('2027-06-30T15:00') && stand.detain.number === '2026-WARRANT-78' && stand.detain.issuer === whole.measures[1].issuer &&
      stand.detain.expiresAt.startsWith('2027-03-31T15:00'), `measures ${JSON.stringify(stand)}`);
  });

  await test('console: an error is reported with its clock of 48 hours, and the owner answers it', async () => {
    const { page } = await as('kh-reviewer', 'km');
    await page.goto(`${address}/console/entries/${entry.id}?lang=km`);
    await page.locator('.card:has(.challenges) .card-head button').click();
    await page.selectOption('dialog #field', 'birthDate');
    await page.fill('dialog #text', 'His passport says 12 February.');
    await sendAct(page);
    await page.waitForSelector('.challenges .clock');
    await picture(page, 'challenge-km-1440');
    const [said] = (await hub(page, 'GET', `/entries/${entry.id}/challenges`)).items;
    check(said.field === 'birthDate' && new Date(said.dueAt) - new Date(said.at) === 48 * 3_600_000, JSON.stringify(said));
    const owner = (await as('kr-liaison')).page;
    await owner.goto(`${address}/console/entries/${entry.id}?lang=ko`);
    await owner.locator('.challenges li button').click();
    await owner.fill('dialog #text', '여권 사본을 확인하여 정정하였습니다.');
    await sendAct(owner);
    await owner.waitForSelector('.challenges blockquote');
    await page.waitForSelector('.challenges blockquote', { timeout: 15_000 });
    check((await page.locator('.challenges blockquote').innerText()).includes('정정하였습니다'), 'the answer is not seen by him who reported');
  });
  await test('console: a machine is given a token that works, until its access is ended', async () => {
    const { page } = await as('kh-admin', 'ko');
    const works = async (token) => (await fetch(`${address}/api/v1/editions`, { headers: { Authorization: `Bearer ${token}` } })).status;
    await page.goto(`${address}/console/people?lang=ko`);
    const place = page.locator('section[aria-label="연동 시스템"]');
    await place.locator('.page-head button').click();
    await page.fill('dialog #name', 'Post of the test');
    await page.locator('dialog form button[type=submit]').click();
    const token = await page.locator('dialog code.secret').innerText();
    await page.locator('dialog .acts button.main').click();
    check((await works(token)) === 200, 'the token does not work');
    await picture(page, 'machines-ko-1440');
    await place.locator('tr:has-text("Post of the test") button').click();
    await sendAct(page);
    await place.locator('tr:has-text("Post of the test") .badge:has-text("종료됨")').waitFor();
    check((await works(token)) === 401, 'the token works still');
  });
  await test('console: a clearance is proposed with a photograph, and the hub has it', async () => {
    const { page } = await as('kh-reviewer', 'km');
    const listed = (await hub(page, 'GET', '/entries?state=published')).items[0];
    await page.goto(`${address}/console/entries/${listed.id}?lang=km`);
    await page.click('.next a.button');
    await page.waitForSelector(`dialog #entry-${listed.id}:checked`);
    await page.fill('dialog #entry-search', listed.reference);
    await page.press('dialog #entry-search', 'Enter');
    await page.check(`dialog #entry-${listed.id}`);
    await page.fill('dialog #name', 'LEE MINHO');
    await page.fill('dialog #birthDate', '1991-05-05');
    await page.fill('dialog #document', 'M10101010');
    await page.selectOption('dialog #nationality', 'kr');
    await page.fill('dialog #text', 'Another birth date, another face.');
    await page.check('dialog #consent');
    await page.setInputFiles('dialog input[type=file]', { name: 'not.png', mimeType: 'text/plain', buffer: Buffer.from('no picture') });
    await page.waitForSelector('dialog .failed');
    await page.setInputFiles('dialog input[type=file]', { name: 'face.png', mimeType: 'image/png', buffer: Buffer.from(png, 'base64') });
    await page.waitForSelector('dialog img.photo');
    check((await page.locator('dialog .failed').count()) === 0, 'the error of the other file is told still');
    await page.locator('dialog form button[type=submit]').click();
    await page.waitForURL(/clearances\/[0-9a-f]{32}/);
    const made = await hub(page, 'GET', `/clearances/${new URL(page.url()).pathname.split('/')[3]}`);
    check(made.photo === `data:image/png;base64,${png}`, 'the hub has another photograph');
    await page.waitForFunction(() => document.querySelector('img.photo')?.naturalWidth > 0);
  });
  await test('console: the audit is filtered by act, outcome and person, and shows the reason that was given', async () => {
    const why = 'Court order 55/2026';
    const { page: supervisor } = await as('kh-supervisor');
    await supervisor.evaluate(async ([id, purpose]) => fetch(`/api/v1/entries/${id}`, { headers: { 'X-Purpose': purpose } }), [entry.id, why]);
    const { page } = await as('kh-auditor');
    const rows = page.locator('main tbody tr');
    await page.goto(`${address}/console/audit?lang=en&thing=${entry.id}`);
    const row = rows.filter({ hasText: why });
    await row.waitFor();
    await page.selectOption('#action', 'entry.read');
    await page.selectOption('#outcome', 'shown');
    await page.waitForURL(/action=entry.read.*outcome=shown/);
    const asked = new URL(page.url()).searchParams;
    check(asked.get('thing') === entry.id && asked.get('action') === 'entry.read', 'a filter took another away');
    await row.locator('td.main a').click();
    await page.waitForURL(/person=[0-9a-f]{32}/);
    const { items } = await hub(page, 'GET', `/audit?${new URL(page.url()).searchParams}`);
    await page.waitForFunction((n) => document.querySelectorAll('main tbody tr').length === n, items.length);
    check(items.length > 0 && items.every((each) => each.thing === entry.id && each.action === 'entry.read' && each.purpose), 'other rows than those asked for');
    check((await rows.count()) === (await row.count()), 'somebody else looked too');
    await picture(page, 'audit-filtered-en-1440');
  });
  await test('console: an appeal is answered with a ready answer, and the person reads it in his own language', async () => {
    const { page } = await as('kh-redress');
    const asked = await hub(page, 'POST', '/appeals', { kind: 'access', name: 'PARK DOYUN', birthDate: '1988-02-13', document: 'M12345678', contact: 'park@example.test',
      text: '저에 관한 정보를 알고 싶습니다.', language: 'ko' });
    const { id } = (await hub(page, 'GET', '/appeals')).items.find((each) => each.number === asked.number);
    await page.goto(`${address}/console/appeals/${id}?lang=en`);
    const facts = await page.locator('.facts').innerText();
    for (const each of ['PARK DOYUN', '1988-02-13', 'M12345678', 'park@example.test', '한국어']) check(facts.includes(each), `the officer does not see ${each}`);
    await page.locator('.next button').first().click();
    await sendAct(page);
    // Whoever has his name stands there before anything is typed; the reason is the officer's to give.
    await page.locator('.next button:has-text("Link to an entry")').click();
    await page.locator('#purpose').fill('Appeal');
    await page.locator('dialog[open]:has(#purpose) button[type=submit]').click();
    await page.locator(`#entry-${entry.id}`).waitFor();
    await picture(page, 'appeal-link-en-1440');
    await page.keyboard.press('Escape');
    await page.locator('.next button:has-text("Answer")').click();
    await page.selectOption('dialog #standard', 'nothing-held');
    await sendAct(page);
    await page.waitForSelector('.badge:has-text("answered")');
    const read = await hub(page, 'POST', '/appeals/status', { number: asked.number, word: asked.word });
    check(read.answer.includes('명단에 귀하에 관한 정보는 없습니다'), `he reads ${read.answer}`);
  });
}
