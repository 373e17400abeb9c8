// What scripts add: answers while one types, questions given up, keys, pasted passport lines, a hub that is gone.

const zone = 'P<KORKIM<<MIN<SOO<<<<<<<<<<<<<<<<<<<<<<<<<<<\nM123456788KOR9003071M3001019<<<<<<<<<<<<<<08';
const focused = () => document.activeElement?.closest('article')?.querySelector('h3')?.textContent
  ?? document.activeElement?.id ?? '';

async function paste(page, text) {
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    (document.activeElement ?? document.body).dispatchEvent(
      new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

export async function liveTests({ test, check, address, browser }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  const fresh = async (path = '/?lang=en') => {
    await page.goto('about:blank');
    await page.goto(address + path);
  };

  await test('answers come while one types, and the address follows in one step of the history', async () => {
    await fresh();
    const before = await page.evaluate('history.length');
    await page.locator('#name').pressSequentially('KIM MIN SOO', { delay: 20 });
    // On a busy machine the pause between two letters is long enough for a question; the answer waited for is that to the whole name.
    await page.waitForURL((url) => url.searchParams.get('name') === 'KIM MIN SOO');
    check(await page.evaluate('history.length') === before, 'every letter is a step of the history');
    check(!page.url().includes('part='), 'the address is that of a piece');
    check((await page.locator('a[hreflang=ko]').getAttribute('href')).includes('name=KIM'), 'another language forgets the name');
    const said = await page.locator('#status').innerText();
    check(said.includes('People and things') && said.includes('김민수'), `said: ${said}`);
  });
  await test('with and without scripts the answer is the same to the byte', async () => {
    const typed = await page.locator('#answer').innerHTML();
    const plain = await browser.newContext({ javaScriptEnabled: false });
    const other = await plain.newPage();
    await other.goto(page.url());
    const loaded = await other.locator('#answer').innerHTML();
    check(typed === loaded && typed.includes('<article'), 'two renderings differ');
    await plain.close();
  });
  await test('fast typing asks seldom, and an earlier question is given up', async () => {
    await fresh();
    let asked = 0;
    let aborted = 0;
    page.on('requestfailed', (request) => request.url().includes('part=answer') && (aborted += 1));
    await page.route('**/*part=answer*', async (route) => {
      asked += 1;
      const late = new URL(route.request().url()).searchParams.get('name') === 'KIM';
      await new Promise((done) => setTimeout(done, late ? 1500 : 0));
      await route.continue().catch(() => {});
    });
    await page.locator('#name').pressSequentially('KIM', { delay: 10 });
    await page.waitForTimeout(600);
    check((await page.locator('#status').innerText()) === 'Comparing…', 'waiting is not told');
    await page.locator('#name').fill('류병철');
    await page.waitForSelector('article h3:has-text("류병철")');
    await page.waitForTimeout(1500);
    check(asked === 2, `${asked} questions for two names`);
    check(aborted === 1, `${aborted} given up`);
    check((await page.locator('article h3').first().innerText()) === '류병철', 'a late answer took the place');
    await page.unroute('**/*part=answer*');
  });
  await test('half a date is not asked', async () => {
    await fresh('/?lang=en&name=KIM+MIN+SOO');
    await page.locator('#birthDate').pressSequentially('1990-0', { delay: 20 });
    await page.waitForTimeout(500);
    check((await page.locator('[role=alert]').count()) === 0, 'an error while one types');
    await page.locator('#birthDate').pressSequentially('3-07', { delay: 20 });
    await page.waitForSelector('article.alert');
    await page.fill('#birthDate', '31.31.1990');
    await page.waitForSelector('[role=alert]');
    check((await page.locator('[role=alert]').innerText()).includes('7.3.1990'), 'no advice');
  });
  await test('keys: / ? j k Enter Escape', async () => {
    await fresh('/?lang=en&name=KIM+MIN+SOO');
    await page.keyboard.press('/');
    check((await page.evaluate(focused)) === 'name', '/ does not focus');
    await page.keyboard.type('/jk?');
    check((await page.inputValue('#name')).includes('/jk?'), 'keys are taken from who types');
    await page.keyboard.press('Escape');
    check((await page.inputValue('#name')) === '', 'Escape does not clear');
    await page.keyboard.type('KIM MIN SOO');
    await page.keyboard.press('Enter');
    await page.waitForSelector('article');
    check((await page.inputValue('#name')) === 'KIM MIN SOO', 'Enter breaks the line');
    await page.waitForFunction(() => document.querySelectorAll('article').length > 2);
    await page.evaluate(() => document.activeElement.blur());
    const names = await page.locator('article h3').allInnerTexts();
    for (const [key, want] of [['j', 0], ['j', 1], ['j', 2], ['k', 1]]) {
      await page.keyboard.press(key);
      check((await page.evaluate(focused)) === names[want], `${key} leads to ${await page.evaluate(focused)}`);
    }
    await page.keyboard.press('?');
    check(await page.locator('#help').isVisible(), 'no help');
    await page.keyboard.press('Escape');
    check(!(await page.locator('#help').isVisible()), 'the help stays');
    check((await page.inputValue('#name')) === 'KIM MIN SOO', 'closing the help clears the form');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/e\//);
  });
  await test('passport lines pasted anywhere are read', async () => {
    await fresh();
    await page.fill('#document', 'X1');
    await page.evaluate(() => document.activeElement.blur());
    await paste(page, `  ${zone.replace('\n', '\r\n')}\r\n`);
    await page.waitForSelector('.zone');
    check((await page.inputValue('#name')) === zone, 'the lines are not in their field');
    check((await page.inputValue('#document')) === '', 'an earlier number stays beside the passport');
    check((await page.locator('.zone').innerText()).includes('M12345678'), 'the number is not shown');
    check((await page.locator('article.alert h3').first().innerText()) === '김민수', 'another person');
    await page.focus('#document');
    await paste(page, 'an ordinary text');
    check((await page.inputValue('#name')) === zone, 'any text is taken for a passport');
  });
  await test('a wrong check digit names its field', async () => {
    await fresh(`/?lang=ko&name=${encodeURIComponent(zone.replace('M123456788', 'M123456787'))}`);
    check((await page.locator('[role=alert]').innerText()).includes('여권·신분증 번호'), 'the field is not named');
    check(await page.locator('.zone .bad, article').count() > 0, 'nothing is shown');
    check((await page.locator('.zone .bad dd').innerText()).includes('M12345678'), 'the bad field is not marked');
  });
  await test('a hub that does not answer is told, and asked again until it does', async () => {
    await fresh('/?lang=en&name=KIM+MIN+SOO');
    const kept = errors.length;
    await context.setOffline(true);
    await page.fill('#name', '류병철');
    await page.waitForSelector('#status.failed');
    check((await page.locator('#status').innerText()).includes('does not answer'), 'not told');
    check(await page.locator('#answer.stale article').count() > 0, 'the earlier answer is gone or looks fresh');
    await context.setOffline(false);
    await page.waitForSelector('article h3:has-text("류병철")', { timeout: 8000 });
    check((await page.locator('.stale, .failed').count()) === 0, 'still told');
    errors.length = kept;
  });
  await test('an input method is waited for', async () => {
    await fresh();
    const session = await context.newCDPSession(page);
    await page.focus('#name');
    let asked = 0;
    page.on('request', (request) => request.url().includes('part=answer') && (asked += 1));
    await session.send('Input.imeSetComposition', { text: '김ㅁ', selectionStart: 2, selectionEnd: 2 });
    await page.waitForTimeout(400);
    check(asked === 0, 'half a syllable was asked');
    await session.send('Input.insertText', { text: '김민수' });
    await page.waitForSelector('article');
  });
  await test('the script is small, in a file of its own, and nothing is against the policy', async () => {
    await fresh();
    const address = await page.locator('script[src]').getAttribute('src');
    check(/^\/assets\/page\.[0-9a-f]{8}\.js$/.test(address), address);
    const size = (await (await page.request.get(new URL(address, page.url()).href)).body()).length;
    check(size < 15 * 1024, `${size} bytes`);
    check((await page.locator('script:not([src]), style, [style], [onclick]').count()) === 0, 'something stands inline');
    check(errors.length === 0, errors.join('; '));
  });
  await context.close();
}
