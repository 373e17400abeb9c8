// What opens over a screen or behind a list, in four languages: dialogs, details, the way in and the page of redress. Nothing that
// axe finds, nothing wider than a telephone.
import { hub } from './desk.mjs';

const first = async (page, path) => (await hub(page, 'GET', path)).items[0];

/** Dialogs by their officer: what they are called in a report, where they open, and what opens them. */
async function dialogs(as) {
  const { page } = await as('kh-reviewer');
  const inState = async (state) => `/entries/${(await first(page, `/entries?state=${state}`)).id}`;
  const act = (name) => (window) => window.click(`[data-act="${name}"]`);
  const button = (selector, n = 0) => (window) => window.locator(selector).nth(n).click();
  const redress = (await as('kh-redress')).page;
  const made = await hub(redress, 'POST', '/appeals', { kind: 'correction', name: 'LEE MINHO', text: 'A wrong birth date.', language: 'en' });
  const appeal = (await hub(redress, 'GET', '/appeals')).items.find((each) => each.number === made.number);
  await hub(redress, 'POST', `/appeals/${appeal.id}/acts/take`, {}, appeal.version);
  const [submitted, reviewed, published] = [await inState('submitted'), await inState('in-review'), await inState('published')];

  return {
    'kh-reviewer': [['help', '/entries', (window) => window.keyboard.press('?')], ['take', submitted, act('take')], ['return', reviewed, act('return')],
      ['report an error', submitted, button('.card:has(.challenges) .card-head button')], ['clearance', '/clearances', button('.page-head button.main')]],
    'kh-legal': [['assess', reviewed, act('assess')], ['measures', reviewed, act('measures')], ['refuse', reviewed, act('refuse')], ['extend', published, act('extend')]],
    'kh-decider': [['approve', reviewed, act('approve')], ['suspend', published, act('suspend')], ['remove', published, act('remove')]],
    'kh-admin': ['person', 'country', 'agency', 'machine'].map((name, n) => [`new ${name}`, '/people', button('.page-head button', n)]),
    'kh-supervisor': [['why', '/today', async (window) => {
      await window.click('.rail a[href="/console/today"]');
      await window.click('.rail a[href="/console/entries"]');
    }]],
    'kh-redress': [['answer to an appeal', `/appeals/${appeal.id}`, button('.next button', 1)]],
  };
}

async function details(as) {
  const { page } = await as('kh-reviewer');
  const people = (await as('kh-admin')).page;
  const appeals = (await as('kh-redress')).page;
  const partner = (await as('kr-liaison')).page;
  const listed = await first(page, '/entries?state=published');
  const clearance = await first(page, '/clearances');
  const nominated = await first(partner, '/entries?state=submitted&owner=kr');

  return {
    'kh-reviewer': [`/entries/${listed.id}`, `/clearances/${clearance.id}`, `/editions/${(await first(page, '/editions')).number}`],
    'kh-admin': [`/people/${(await hub(people, 'GET', '/people')).items.at(-1).id}`],
    'kh-redress': [`/appeals/${(await first(appeals, '/appeals')).id}`],
    'kr-liaison': [`/submissions/${(await first(partner, '/submissions')).id}`, `/entries/${nominated.id}/change`],
  };
}

export async function sweepTests({ test, check, audit, as, look, everyWay, address, browser, languages, picture }) {
  const wide = (page) => page.evaluate(() => [...document.querySelectorAll('dialog[open], dialog[open] *')].filter((each) => each.scrollWidth > each.clientWidth + 1 &&
    getComputedStyle(each).overflowX !== 'visible' && !each.matches('input, select, textarea, .table, .unseen')).map((each) => each.outerHTML.slice(0, 80)).join());

  /** What a list gives; a fault in making it is one test that fails, and not the end of all. */
  const listOf = async (make) => {
    let list = {};
    await test(`console: what stands open for the sweep (${make.name})`, async () => { list = await make(as); });
    return Object.entries(list);
  };

  for (const [login, list] of await listOf(dialogs)) {
    for (const [name, path, open] of list) {
      await test(`console: the dialog "${name}" in four languages at 390 and 1440 px`, async () => {
        const { page, errors } = await as(login);
        await page.setViewportSize({ width: 1440, height: 900 });
        await page.goto(`${address}/console${path}`);
        for (const language of languages) {
          await page.locator(`.languages button[lang=${language}]`).first().click();
          await open(page);
          await page.waitForSelector('dialog[open]');
          await audit(page, 'dialog[open]');
          await page.setViewportSize({ width: 390, height: 844 });
          check((await wide(page)) === '', `wider than the dialog: ${await wide(page)}`);
          if (language === 'km') await picture(page, `dialog-${name.replace(/ /g, '-')}-km-390`);
          check(errors.length === 0, errors.join('; '));
          await page.setViewportSize({ width: 1440, height: 900 });
          await page.keyboard.press('Escape');
          await page.waitForSelector('dialog[open]', { state: 'detached' });
        }
      });
    }
  }
  for (const [login, paths] of await listOf(details)) {
    for (const path of paths) {
      await test(`console: ${path.replace(/[0-9a-f]{32}/, '{id}')} in four languages at 390 and 1440 px`, async () => {
        const { page, errors } = await as(login);
        await everyWay(page, `${address}/console${path}`, async (language, width) => {
          await look(page, { audit, check }, errors, language);
          if (language === (width === 390 ? 'km' : 'ko')) await picture(page, `detail${path.replace(/[0-9a-f]{32}/, '').replace(/\W+/g, '-')}-${language}-${width}`);
        });
      });
    }
  }
  await test('console: the way in and the page of redress in four languages at 390 and 1440 px', async () => {
    const page = await browser.newPage();
    for (const path of ['/console', '/redress']) {
      for (const width of [390, 1440]) {
        await page.setViewportSize({ width, height: 900 });
        for (const language of languages) {
          await page.goto(`${address}${path}?lang=${language}`);
          await look(page, { audit, check }, [], language);
        }
      }
    }
    await page.close();
  });
}
