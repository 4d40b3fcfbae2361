import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { chromium, type Browser } from 'playwright-core';
import { CONTEXTS } from '@lego-moc/local/registry';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const BROWSER = [process.env['CHROMIUM_PATH'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-sync'];

describe('the portal, as a person sees it', function () {
  this.timeout(PLATFORM_WITHIN_MS);

  if (BROWSER === undefined) {
    it('is not looked at here: set CHROMIUM_PATH to a Chromium');
    return;
  }

  let platform: TestPlatform;
  let browser: Browser;
  before(async () => {
    platform = await sharedPlatform();
    browser = await chromium.launch({ executablePath: BROWSER, args: FLAGS });
  });
  after(() => browser.close());

  it('shows what every service offers, without an error', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const faults: string[] = [];
    page.on('pageerror', ({ message }) => faults.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error') faults.push(message.text());
    });
    page.on('requestfailed', (request) => faults.push(request.url()));

    await page.goto(`${platform.url}/docs`, { waitUntil: 'networkidle' });
    const text = await page.locator('body').innerText();

    for (const { name } of CONTEXTS) expect(text.toLowerCase()).to.include(name);
    expect(text).to.include('/api/mocs/with-files').and.to.include('/api/wishlist');
    expect(faults).to.deep.equal([]);

    const picture = process.env['PORTAL_SCREENSHOT'] ?? join(platform.dataDir, 'portal.png');
    await page.screenshot({ path: picture, fullPage: true });
    expect(statSync(picture).size).to.be.greaterThan(10_000);
  });
});
