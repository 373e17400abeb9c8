// How it looks: widths, dark, long and right-to-left names, marks, and Khmer letters of our own.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const asked = 'name=KIM+MIN+SOO&birthDate=1990-07-03&nationality=kr';
const long = 'Maximilian Alexander Bartholomew Cornelius Theodosius '.repeat(4).slice(0, 200);
const unbroken = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(6).slice(0, 200);
const arabic = 'عبد الرحمن بن محمد';

/** Entries that strain the page, for a list of their own. */
export const listed = [long, unbroken, arabic].map((name, i) => ({ id: `looks-${i}`, schema: 'Person', datasets: ['looks'],
  properties: { name: [name], alias: [`${name} (Abu "<b>")`], birthDate: ['1970-01-01', '1971', '1972', '1973-05'],
    nationality: ['sy', 'kh'], passportNumber: [`N${'0123456789'.repeat(3)}`], notes: ['INVENTED - demonstration'] } }));

/** `pictures`: a folder to keep a picture of each state in, or undefined. */
export async function looksTests({ test, check, audit, address, browser, pictures }) {
  if (pictures) mkdirSync(pictures, { recursive: true });
  for (const scheme of ['light', 'dark']) {
    for (const width of [360, 1280]) {
      for (const language of ['en', 'km', 'ko', 'zh']) {
        const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme: scheme });
        const page = await context.newPage();
        const paths = { asked, long: `name=${encodeURIComponent(long)}&birthDate=1980-01-01`, unbroken: `name=${unbroken}`,
          arabic: `name=${encodeURIComponent(arabic)}&birthDate=1971-02-02`, document: 'document=N8115G476&name=Chhim+Ratana' };
        for (const [name, query] of Object.entries(paths)) {
          await test(`${name}, ${scheme}, ${language}, ${width} px`, async () => {
            await page.goto(`${address}/?lang=${language}&${query}`);
            await audit(page);
            check((await page.locator('article').count()) > 0, 'nobody is found');
            if (pictures) await page.screenshot({ path: join(pictures, `${name}-${language}-${width}-${scheme}.png`), fullPage: true });
          });
        }
        await context.close();
      }
    }
  }
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await test('parts that match are marked in both columns, and what differs in a date', async () => {
    await page.goto(`${address}/?lang=en&${asked}`);
    const cells = page.locator('article').first().locator('tr.whole').first().locator('td');
    for (const cell of [0, 1]) check((await cells.nth(cell).locator('mark').count()) === 3, `column ${cell}`);
    check((await page.locator('article .figures mark').allInnerTexts()).join() === '07,03,03,07', 'the date');
    check((await page.locator('article').first().innerText()).includes('day and month are swapped'), 'no words');
  });
  await test('a right-to-left name does not turn what is around it', async () => {
    await page.goto(`${address}/?lang=en&name=${encodeURIComponent(arabic)}`);
    const names = page.locator('article bdi[lang=ar]');
    check((await names.count()) > 0, 'no Arabic name is isolated');
    check((await names.first().evaluate((node) => getComputedStyle(node).unicodeBidi)) === 'isolate', 'not isolated');
  });
  await test('Khmer is drawn by our letters', async () => {
    await page.goto(`${address}/?lang=km`);
    await page.evaluate(() => document.fonts.ready.then(() => null));
    const loaded = await page.evaluate(() => [...document.fonts].filter((f) => f.status === 'loaded').map((f) => f.weight));
    check(loaded.length === 2, `loaded: ${loaded}`);
    const session = await page.context().newCDPSession(page);
    await session.send('DOM.enable');
    await session.send('CSS.enable');
    const { root } = await session.send('DOM.getDocument');
    const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector: '.intro' });
    const { fonts } = await session.send('CSS.getPlatformFontsForNode', { nodeId });
    const most = fonts.sort((a, b) => b.glyphCount - a.glyphCount)[0];
    check(most.isCustomFont && /Khmer/.test(most.familyName), `drawn by ${most.familyName}`);
  });
  await page.close();
}
