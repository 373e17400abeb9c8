// A passkey in a real browser, by Chromium's virtual authenticator: added, used to sign in, used to prove anew.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstStart } from './officer.mjs';

export async function passkeyTests({ browser, cordon, test, check }) {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-passkey-'));
  const hub = spawn(cordon, ['hub', '--data', folder, '--port', '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const address = await new Promise((resolve, reject) => {
    hub.stdout.on('data', (data) => {
      const found = /ready: http:\/\/127\.0\.0\.1:(\d+)/.exec(data);
      // A passkey cannot be bound to a number.
      if (found) resolve(`http://localhost:${found[1]}`);
    });
    hub.on('exit', () => reject(new Error('the hub did not start')));
  });
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = () => page.evaluate(() => fetch('/api/v1/session').then((answer) => answer.json()));
  const officer = { name: 'Chan Bopha', login: 'bopha', password: 'correct horse battery' };

  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', { options: {
    protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
    automaticPresenceSimulation: true } });

  await test('passkey: is added', async () => {
    await firstStart(page, address, readFileSync(join(folder, 'setup-code'), 'ascii').trim(), officer);
    await page.goto(`${address}/console/profile?lang=en`);
    await page.fill('#passkey', 'A key of the test');
    await page.locator('form:has(#passkey) button[type=submit]').click();
    await page.getByText('A key of the test').waitFor();
    check((await session()).strength === 'passkey', 'the session did not become stronger');
  });
  await test('passkey: signs in without a password', async () => {
    await context.clearCookies();
    check((await session()).person === null, 'still signed in');
    await page.goto(`${address}/console?lang=en`);
    await page.locator('.passkey button').click();
    await page.waitForSelector('.shell h1');
    const { person, strength } = await session();
    check(person.login === 'bopha' && strength === 'passkey', `${person?.login} ${strength}`);
  });
  await test('passkey: one that does not verify the person is refused', async () => {
    await context.clearCookies();
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
    await page.goto(`${address}/console?lang=en`);
    await page.locator('.passkey button').click();
    await page.locator('[role=alert]').waitFor();
    check((await session()).person === null, 'signed in without verification');
    await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
  });
  await test('passkey: a copy whose counter stands still is refused', async () => {
    const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId });
    await devtools.send('WebAuthn.removeCredential', { authenticatorId, credentialId: credentials[0].credentialId });
    await devtools.send('WebAuthn.addCredential', { authenticatorId, credential: { ...credentials[0], signCount: 0 } });
    await page.goto(`${address}/console?lang=en`);
    await page.locator('.passkey button').click();
    await page.locator('[role=alert]').waitFor();
    check((await session()).person === null, 'signed in with an old counter');
  });
  await context.close();
  hub.kill('SIGTERM');
  await new Promise((resolve) => { hub.on('exit', resolve); });
  rmSync(folder, { recursive: true });
}
