// A passport before the lane's camera: Chromium's own false camera shows pages that the test draws. What was read is shown, Enter checks
// it, what is no passport is not checked.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { end, everyLanguage, sit, start, zone } from './lane.mjs';

const listed = zone('KIM<<MINSU', 'M12345678', '900307');

/** One picture as a film of one frame, of the size that cameras give. */
const filmed = `
import sys
from PIL import Image
frame = Image.new('L', (1600, 1200), 70)
frame.paste(Image.open(sys.argv[1]).convert('L'), (0, 0))
grey = bytes([128]) * (800 * 600)
open(sys.argv[2], 'wb').write(b'YUV4MPEG2 W1600 H1200 F10:1 Ip A1:1 C420jpeg\\nFRAME\\n' + frame.tobytes() + grey + grey)
`;

function draw(root, folder, text) {
  execFileSync('/usr/bin/python3', [join(root, 'tests/lib/zone_pictures.py'), folder, '--lines', text.slice(0, 44), text.slice(44)]);
}

async function noted(page) {
  await page.waitForTimeout(450);
  await page.keyboard.press('Enter');
  await page.waitForSelector('.idle');
}

async function shown(page) {
  await page.waitForSelector('.reading', { timeout: 30000 });
  return page.$$eval('.read', (lines) => lines.map((line) => line.textContent).join(''));
}

export async function cameraTests({ chromium, cordon, test, tools, root, pictures }) {
  const { check } = tools;
  if (!existsSync(join(dirname(cordon), 'cordon-read-zone'))) {
    console.log('# camera: skipped, cordon-read-zone was not built');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'cordon-camera-')), film = join(folder, 'film.y4m');
  draw(root, folder, listed);
  execFileSync('/usr/bin/python3', ['-c', filmed, join(folder, 'turned-3.jpg'), film]);
  const post = await start(cordon);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
      `--use-file-for-fake-video-capture=${film}`],
  });
  const page = await (await browser.newContext()).newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  const keep = async (name) => {
    for (const [language, width] of [['km', 390], ['ko', 1440]]) {
      if (!pictures) continue;
      await page.setViewportSize({ width, height: 900 });
      await page.click(`.languages button[lang=${language}]`);
      await page.screenshot({ path: join(pictures, `camera-${name}-${language}-${width}.png`) });
    }
    await page.click('.languages button[lang=en]');
  };
  try {
    await test('camera: opened by its key, a listed passport before it is read, and Enter stops him', async () => {
      await page.goto(`${post.lane}/lane/`);
      await page.fill('input[name=code]', post.code);
      await page.fill('input[name=name]', '1');
      await page.keyboard.press('Enter');
      await sit(page, 'kh-primary');
      await page.keyboard.press('F8');
      await page.waitForSelector('.camera .acts button:not([disabled])');
      await everyLanguage(page, tools);
      await keep('view');
      await page.focus('.camera .acts button');
      await page.keyboard.press('Enter');
      check((await shown(page)) === listed, 'another zone was read');
      check(await page.locator('.read mark').count() === 0, 'a clear page is doubtful');
      check(await page.locator('.result').count() === 0, 'it was checked before the officer said so');
      await everyLanguage(page, tools);
      await keep('read');
      await page.focus('.reading button');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.result.stop');
      check((await page.textContent('.result')).includes('Read by camera'), 'it is not said that a camera read it');
      await noted(page);
    });
    await test('camera: taken again, left with Escape', async () => {
      await page.keyboard.press('F8');
      await page.waitForSelector('.camera .acts button:not([disabled])');
      await page.click('.camera .acts button');
      await shown(page);
      await page.click('.reading .acts button >> nth=1');
      await page.waitForSelector('.reading', { state: 'detached' });
      await page.keyboard.press('Escape');
      await page.waitForSelector('.camera', { state: 'detached' });
    });
    await test('camera: a picture file is read as well; what is no page is said to be none, and nobody is checked', async () => {
      await page.click('.open-camera');
      writeFileSync(join(folder, 'none.jpg'), 'no picture');
      await page.setInputFiles('.camera input[type=file]', join(folder, 'none.jpg'));
      await page.waitForSelector('.camera .said');
      check(await page.locator('.reading, .result').count() === 0, 'something was read where nothing is');
      execFileSync('/usr/bin/python3', ['-c', 'import sys; from PIL import Image; Image.open(sys.argv[1]).crop((0, 0, 900, 1100)).save(sys.argv[2])',
        join(folder, 'plain.jpg'), join(folder, 'half.png')]);
      await page.setInputFiles('.camera input[type=file]', join(folder, 'half.png'));
      await page.waitForSelector('.camera .said:has-text("not read whole")', { timeout: 30000 });
      check(await page.locator('.reading, .result').count() === 0, 'half a zone was read');
      await page.setInputFiles('.camera input[type=file]', join(folder, 'shaded.jpg'));
      check((await shown(page)) === listed, 'the file was read wrong');
      await page.click('.reading button');
      await page.waitForSelector('.result.stop');
      await noted(page);
      check(errors.length === 0, errors.join('; '));
    });
  } finally {
    await browser.close();
    await end(post.running, post.hub);
    for (const each of [folder, post.folder]) rmSync(each, { recursive: true, force: true });
  }
}
