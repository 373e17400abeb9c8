// QR codes out of pictures on the public site: what is read, that nothing but the private question leaves the browser, and what is said of pictures
// without a code, with several, of huge ones and of files that are none. The pictures are drawn here. Called by portal.mjs.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const generator = createRequire(new URL('../../ui/package.json', import.meta.url))('qrcode-generator');

generator.stringToBytes = generator.stringToBytesFuncs['UTF-8'];

function crc(text) {
  let sum = 0xffff;
  for (const byte of Buffer.from(text)) {
    sum ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 0x8000 ? (sum << 1) ^ 0x1021 : sum << 1) & 0xffff;
  }
  return sum.toString(16).toUpperCase().padStart(4, '0');
}
const object = (tag, value) => `${String(tag).padStart(2, '0')}${String(value.length).padStart(2, '0')}${value}`;
const merchant = (account) => [object(0, '01'), object(1, '11'), object(29, object(0, account) + object(2, 'Invented Bank')), object(52, '5999'), object(53, '116'), object(58, 'KH'),
  object(59, 'Sok Dara Shop'), object(60, 'Phnom Penh'), '6304'].join('');
export const listedPayee = 'sok_dara@aclb';
const khqr = merchant(listedPayee) + crc(merchant(listedPayee));

function modules(text, level) {
  const code = generator(0, level);
  code.addData(text, 'Byte');
  code.make();
  return Array.from({ length: code.getModuleCount() }, (_, y) => Array.from({ length: code.getModuleCount() }, (__, x) => code.isDark(y, x)));
}

/** A picture with these texts as codes, as a file's bytes. */
async function draw(page, texts, { scale = 6, turn = 0, ink = '#000', paper = '#fff', blur = 0, logo = false, level = 'M', lean = 0, width = 0, height = 0, type = 'image/png', quality } = {}) {
  const url = await page.evaluate(([codes, o]) => {
    const side = (code) => (code.length + 8) * o.scale;
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d');
    canvas.width = o.width || codes.reduce((sum, code) => sum + side(code) + 40, 40) * (o.turn ? 1.5 : 1);
    canvas.height = o.height || (Math.max(200, ...codes.map(side)) + 80) * (o.turn ? 1.5 : 1);
    context.fillStyle = o.paper;
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.filter = o.blur ? `blur(${o.blur}px)` : 'none';
    context.translate(canvas.width / 2, canvas.height / 2);
    context.transform(1, o.lean, 0, 1 - o.lean, 0, 0);
    context.rotate((o.turn * Math.PI) / 180);
    let left = -codes.reduce((sum, code) => sum + side(code), 0) / 2;
    for (const code of codes) {
      const top = -side(code) / 2;
      context.fillStyle = o.ink;
      code.forEach((row, y) => row.forEach((dark, x) => dark && context.fillRect(left + (x + 4) * o.scale, top + (y + 4) * o.scale, o.scale + .3, o.scale + .3)));
      if (o.logo) {
        context.fillStyle = '#c22';
        context.fillRect(left + side(code) * .42, -side(code) * .08, side(code) * .16, side(code) * .16);
      }
      left += side(code);
    }
    return canvas.toDataURL(o.type, o.quality);
  }, [texts.map((text) => modules(text, level)), { scale, turn, ink, paper, blur, logo, lean, width, height, type, quality }]);
  return { name: type === 'image/png' ? 'code.png' : 'code.jpg', mimeType: type, buffer: Buffer.from(url.split(',')[1], 'base64') };
}

const file = (name, bytes, mimeType = 'image/png') => ({ name, mimeType, buffer: Buffer.from(bytes) });
const pngHead = (width, height) => {
  const head = Buffer.from('89504e470d0a1a0a0000000d4948445200000000000000000800000000000000000000000000', 'hex');
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
};

async function open(browser, address, path, options = {}) {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 }, ...options });
  const sent = [];
  page.on('request', (request) => sent.push({ url: request.url(), method: request.method(), body: request.postDataBuffer() }));
  await page.goto(`${address}${path}`);
  await page.waitForSelector('#code button:visible');
  return { page, sent };
}
/** Chooses the picture as a person does, and gives what is said of it. */
async function choose(page, picture) {
  await page.evaluate(() => document.getElementById('code-read').replaceChildren());
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('#code > button')]);
  await chooser.setFiles(picture);
  await page.waitForFunction(() => {
    const read = document.getElementById('code-read');
    return read.innerHTML && !read.querySelector('[data-word="code-work"]');
  }, null, { timeout: 30_000 });
  return (await page.locator('#code-read').innerText()).trim();
}

export async function codes({ test, check, audit, browser, address, pictures }) {
  const studio = await browser.newPage();
  const picture = (page, name) => (pictures ? page.screenshot({ path: join(pictures, `portal-code-${name}.png`), fullPage: true }) : null);
  const paid = await draw(studio, [khqr], { logo: true, level: 'Q', type: 'image/jpeg', quality: .6 });

  for (const language of ['km', 'ko', 'en', 'zh']) {
    await test(`portal: a payment code's picture, ${language}`, async () => {
      const { page, sent } = await open(browser, address, `/${language}/check`);
      await page.waitForSelector('#reveals .private');
      check(!sent.some(({ url }) => /\/code/.test(url)), 'what reads codes came with the page');
      await picture(page, `before-${language}-390`);
      sent.length = 0;
      await choose(page, paid);
      check(await page.inputValue('#what') === khqr, await page.inputValue('#what'));
      check(await page.evaluate(() => document.activeElement === document.querySelector('#ask .act button')), 'the keyboard is elsewhere');
      // The two scripts, and nothing of the picture.
      check(sent.length === 2 && sent.every(({ url, method }) => method === 'GET' && /\/assets\/code(-worker)?[.-]/.test(url)), JSON.stringify(sent.map(({ url }) => url)));
      await audit(page);
      for (const width of [390, 1440]) {
        await page.setViewportSize({ width, height: 844 });
        await picture(page, `read-${language}-${width}`);
      }
      sent.length = 0;
      await page.keyboard.press('Enter');
      await page.waitForSelector('#shown .verdict.confirmed');
      check((await page.locator('#shown').innerText()).includes(listedPayee), 'another account was asked for');
      check(sent.length === 1 && sent[0].url === `${address}/check` && sent[0].body.length === 34, `${sent.length} requests`);
      await page.close();
    });
    await test(`portal: several codes in one picture, and none, ${language}`, async () => {
      const { page } = await open(browser, address, `/${language}/check`);
      await choose(page, await draw(studio, ['https://bad.example/pay', khqr, 'WIFI:T:WPA;S:Cafe;P:85591234567;;']));
      check(await page.locator('#code-read li button').count() === 3 && await page.inputValue('#what') === '', 'they are not three to choose from');
      await audit(page);
      for (const width of [390, 1440]) {
        await page.setViewportSize({ width, height: 844 });
        await picture(page, `several-${language}-${width}`);
      }
      await page.locator('#code-read li button', { hasText: 'bad.example' }).focus();
      await page.keyboard.press('Enter');
      check(await page.inputValue('#what') === 'https://bad.example/pay', await page.inputValue('#what'));
      await choose(page, await draw(studio, []));
      check(await page.inputValue('#what') === 'https://bad.example/pay', 'what was there is gone');
      check(await page.locator('#code-read [data-word="code-none"]').count() === 1, 'it does not say that there is none');
      await audit(page);
      await page.setViewportSize({ width: 390, height: 844 });
      await picture(page, `none-${language}-390`);
      await page.close();
    });
    await test(`portal: codes that cannot be checked, ${language}`, async () => {
      const { page } = await open(browser, address, `/${language}/check`);
      for (const [text, kind] of [['WIFI:T:WPA;S:Cafe;P:85591234567;;', 'network'], ['BEGIN:VCARD\nTEL:+85591234567\nEND:VCARD', 'card'], ['mailto:john@evil.example', 'email'],
        ['wc:7f6e504b@2?relay-protocol=irn', 'app'], ['viber://chat?number=1', 'app'], ['tg://login?token=abc', 'secret'], ['otpauth://totp/Bank:sok?secret=JBSWY3DPEHPK3PXP', 'secret']]) {
        const said = await choose(page, await draw(studio, [text]));
        check(await page.locator(`#code-read [data-word="code-not-${kind}"]`).count() === 1, `${text}: ${said}`);
        check(await page.inputValue('#what') === '' && !said.includes('JBSWY3DPEHPK3PXP'), `${text} is in the field, or a secret is shown`);
      }
      await audit(page);
      await picture(page, `secret-${language}-390`);
      await page.close();
    });
  }
  await test('portal: pictures as people make them', async () => {
    const { page } = await open(browser, address, '/en/check');
    const text = 'https://bad.example/k?a=8f3d0b';
    for (const how of [{ turn: 33 }, { turn: 180 }, { blur: 2 }, { ink: '#fff', paper: '#000' }, { ink: '#666', paper: '#8a8a8a' }, { lean: .2 }, { scale: 3, width: 1080, height: 2340 },
      { type: 'image/jpeg', quality: .4, scale: 4 }, { type: 'image/webp' }]) {
      await page.fill('#what', '');
      await choose(page, await draw(studio, [text], how));
      check(await page.inputValue('#what') === text, JSON.stringify(how));
    }
    await page.close();
  });
  await test('portal: a link out of a code is not opened, and is checked as any other', async () => {
    const { page, sent } = await open(browser, address, '/en/check');
    await page.waitForSelector('#reveals .private');
    // What was chosen for something else does not stay.
    await page.click('#ask summary');
    await page.selectOption('#kind', 'wallet');
    await choose(page, await draw(studio, ['HTTPS://BAD.EXAMPLE/LOGIN']));
    await page.click('#ask .act button');
    await page.waitForSelector('#shown .verdict.confirmed');
    check(!sent.some(({ url }) => !url.startsWith(address)) && page.url() === `${address}/en/check`, 'it was opened');
    await choose(page, await draw(studio, ['SMSTO:+85591234567:Call me at 7']));
    await page.click('#ask .act button');
    await page.waitForSelector('#shown .verdict.reported');
    await page.close();
  });
  await test('portal: letters that turn a line round are seen', async () => {
    const { page } = await open(browser, address, '/en/check');
    const said = await choose(page, await draw(studio, ['https://a.example/\u202egro.knab']));
    check(said.includes('\ufffd') && !said.includes('\u202e'), said);
    await page.close();
  });
  await test('portal: a photograph of 12 megapixels', async () => {
    const { page } = await open(browser, address, '/en/check');
    const begun = Date.now();
    await choose(page, await draw(studio, [khqr], { width: 4032, height: 3024, scale: 20, turn: 7, lean: .1, ink: '#333', paper: '#ccc', type: 'image/jpeg', quality: .8 }));
    console.log(`portal: a code out of 12 megapixels, ${Date.now() - begun} ms`);
    check(await page.inputValue('#what') === khqr, 'it was not read');
    await page.close();
  });
  await test('portal: files that are no pictures, or too large to unpack', async () => {
    const { page } = await open(browser, address, '/en/check');
    const whole = (await draw(studio, [khqr])).buffer;
    for (const [what, fault] of [[file('a.png', 'MZ no picture'), 'file'], [file('a.png', ''), 'file'], [file('a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 'image/svg+xml'), 'file'],
      [file('a.png', pngHead(60_000, 60_000)), 'large'], [file('a.png', pngHead(100, 100)), 'file'], [file('a.png', whole.subarray(0, 60)), 'file'],
      [file('a.jpg', Buffer.concat([Buffer.from('ffd8', 'hex'), Buffer.alloc(200_000, 0xff)]), 'image/jpeg'), 'file']]) {
      const said = await choose(page, what);
      check(await page.locator(`#code-read [data-word="code-${fault}"]`).count() === 1, `${what.buffer.length} bytes: ${said}`);
      check(await page.inputValue('#what') === '', 'something is in the field');
    }
    await audit(page);
    await page.close();
  });
  await test('portal: a picture that takes for ever is given up', async () => {
    const { page } = await open(browser, address, '/en/check', { serviceWorkers: 'block' });
    await page.route('**/code-worker*', (route) => route.fulfill({ contentType: 'text/javascript', body: 'onmessage = () => { for (;;); };' }));
    await page.clock.install();
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('#code > button')]);
    await chooser.setFiles(paid);
    await page.waitForSelector('#code-read [data-word="code-work"]');
    await page.clock.runFor(15_001);
    await page.waitForSelector('#code-read [data-word="code-none"]');
    await page.close();
  });
  await test('portal: where the network drops it is said, and works the next time', async () => {
    const { page } = await open(browser, address, '/en/check');
    await page.route('**/assets/code*', (route) => route.abort());
    check((await choose(page, paid)).startsWith('It could not be read'), 'it is not said');
    await page.unroute('**/assets/code*');
    await choose(page, paid);
    check(await page.inputValue('#what') === khqr, 'it was not read');
    await page.close();
  });
  await test('portal: in a report a code is added as a line', async () => {
    const { page, sent } = await open(browser, address, '/km/report/full');
    await page.fill('#identifiers', '+855 91 234 567');
    await choose(page, await draw(studio, ['https://bad.example/pay']));
    await choose(page, paid);
    check(await page.inputValue('#identifiers') === `+855 91 234 567\nhttps://bad.example/pay\n${khqr}`, await page.inputValue('#identifiers'));
    check(!sent.some(({ method }) => method === 'POST'), 'something was sent');
    await audit(page);
    await picture(page, 'report-km-390');
    await page.close();
  });
  await test('portal: without a script there is no button', async () => {
    const page = await browser.newPage({ javaScriptEnabled: false });
    for (const path of ['check', 'report/full']) {
      await page.goto(`${address}/en/${path}`);
      check(await page.locator('#code').count() === 1 && !(await page.isVisible('#code')), path);
    }
    await page.close();
  });
  await studio.close();
}
