// How fast a lane is in a browser, over whatever list its post holds: tools/bench_border.py starts it.
// usage: node lane_speed.mjs ADDRESS CODE <zones, one traveller a line; prints milliseconds from the last key to the colour, a line each
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { lastKeyToColour, noted, open, sit } from './lane.mjs';

const require = createRequire(join(new URL('../../ui', import.meta.url).pathname, 'package.json'));
const { chromium } = require('playwright-core');
const [address, code] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const page = await (await browser.newContext()).newPage();
await open(page, address, code, 'browser');
await sit(page, 'kh-primary');
for (const zone of readFileSync(0, 'utf8').trim().split('\n')) {
  console.log((await lastKeyToColour(page, zone)).toFixed(1));
  await noted(page);
}
await browser.close();
