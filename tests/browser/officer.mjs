// What officers do in the console, by its labels and buttons, as a person would.
import { createHmac } from 'node:crypto';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const stepMs = 30_000;

/** RFC 6238 with SHA-1, six digits, for the step `at` (milliseconds). */
export function oneTimeCode(secret, at = Date.now()) {
  let bits = '';
  for (const letter of secret.replace(/[\s=]/g, '').toUpperCase()) bits += letters.indexOf(letter).toString(2).padStart(5, '0');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / stepMs)));
  const mac = createHmac('sha1', key).update(counter).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** A code that was not used yet: a hub takes each only once. */
export async function freshCode(officer) {
  const step = Math.floor(Date.now() / stepMs);
  if (officer.step === step) await new Promise((resolve) => setTimeout(resolve, (step + 1) * stepMs - Date.now() + 50));
  officer.step = Math.floor(Date.now() / stepMs);
  return oneTimeCode(officer.secret);
}

const submit = (page) => page.click('form button[type=submit]');

/** The page shows the secret of a new authenticator: it is taken, and the first code is given. */
async function enrol(page, officer) {
  officer.secret = await page.locator('code.secret').innerText();
  await page.fill('#code', await freshCode(officer));
  await submit(page);
  await page.waitForSelector('.shell h1');
}

/** The first administrator, with the code that stands beside the hub's data. */
export async function firstStart(page, address, code, officer) {
  await page.goto(`${address}/console?lang=en`);
  await page.fill('#code', code);
  await page.fill('#name', officer.name);
  await page.fill('#login', officer.login);
  await page.fill('#password', officer.password);
  await submit(page);
  await page.waitForSelector('code.secret');
  await enrol(page, officer);
}

/** Signs in; the first time an authenticator is set up. */
export async function signIn(page, address, officer, language = 'en') {
  await page.goto(`${address}/console?lang=${language}`);
  await page.fill('#login', officer.login);
  await page.fill('#password', officer.password);
  await submit(page);
  if (officer.secret) {
    await page.waitForSelector('#code');
    await page.fill('#code', await freshCode(officer));
    await submit(page);
    await page.waitForSelector('.shell h1');
  } else {
    await page.waitForSelector('code.secret');
    await enrol(page, officer);
  }
}

/** What stands in the dialog that shows a first password once. */
async function firstPassword(page, officer) {
  officer.password = await page.locator('dialog code.secret').innerText();
  await page.locator('dialog .acts button.main').click();
}

export async function addCountry(page, { code, name, agency }, officer) {
  await page.goto(new URL('/console/people', page.url()).href);
  await page.getByRole('button', { name: 'New country' }).click();
  await page.selectOption('dialog #code', code.toLowerCase());
  await page.fill('dialog #name', name);
  await page.fill('dialog #agency', agency);
  await page.fill('dialog #person', officer.name);
  await page.fill('dialog #login', officer.login);
  await page.locator('dialog form button[type=submit]').click();
  await page.waitForSelector('dialog code.secret');
  await firstPassword(page, officer);
}

export async function addPerson(page, officer, roles) {
  await page.goto(new URL('/console/people', page.url()).href);
  await page.getByRole('button', { name: 'New person' }).click();
  await page.fill('dialog #name', officer.name);
  await page.fill('dialog #login', officer.login);
  await page.locator('dialog #agency option').nth(1).waitFor({ state: 'attached' });
  await page.selectOption('dialog #agency', { index: 1 });
  for (const role of roles) await page.check(`dialog #role-${role}`);
  await page.locator('dialog form button[type=submit]').click();
  await page.waitForSelector('dialog code.secret');
  await firstPassword(page, officer);
}

/** Opens an act of the entry that is shown; the dialog waits to be filled. */
export async function openAct(page, act) {
  await page.click(`[data-act="${act}"]`);
  await page.waitForSelector('dialog[open] form');
}

/** Sends the dialog and waits until it is gone. */
export async function sendAct(page) {
  await page.locator('dialog[open] form button[type=submit]').click();
  await page.waitForSelector('dialog[open]', { state: 'detached' });
}
