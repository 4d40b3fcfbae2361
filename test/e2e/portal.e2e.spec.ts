import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { skipWithout } from '@lego-moc/testing/real-component';
import type { Browser } from 'playwright-core';
import { CONTEXTS } from '@lego-moc/local/registry';
import { CHROMIUM, collectFaults, launchChromium } from './browser.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

describe('the portal in a browser', function () {
  this.timeout(PLATFORM_WITHIN_MS);

  if (CHROMIUM === undefined) {
    it('opens in Chromium', function () {
      skipWithout(this, 'Chromium', 'install chromium, or set CHROMIUM_PATH');
    });
    return;
  }

  let platform: TestPlatform;
  let browser: Browser;
  before(async () => {
    platform = await sharedPlatform();
    browser = await launchChromium();
  });
  after(() => browser.close());

  it('shows the operations of every service without an error', async () => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const faults = collectFaults(page);

    await page.goto(`${platform.url}/docs`, { waitUntil: 'networkidle' });
    const text = await page.locator('body').innerText();

    for (const { name } of CONTEXTS) expect(text.toLowerCase()).to.include(name);
    expect(text).to.include('/api/mocs/with-files').and.to.include('/api/wishlist');
    expect(faults).to.deep.equal([]);

    const picture = process.env['PORTAL_SCREENSHOT'] ?? join(platform.dataDir, 'portal.png');
    await page.screenshot({ path: picture, fullPage: true });
    expect(statSync(picture).size).to.be.greaterThan(10_000);
  });

  it('tries a route in the reference, under a policy without inline scripts', async function () {
    // Swagger UI reads the whole document before each step.
    this.timeout(3 * PLATFORM_WITHIN_MS);
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(PLATFORM_WITHIN_MS);
    const faults = collectFaults(page);

    const reply = await page.goto(`${platform.url}/docs/reference`);
    expect(reply?.headers()['content-security-policy']).to.include("script-src 'self';").and.not.include('unsafe');
    await page.locator('.opblock-tag[data-tag="search"]').click();
    await page.locator('.opblock-summary-path[data-path="/api/search"]').first().click();
    await page.getByRole('button', { name: 'Execute' }).click();
    const status = page.locator('.live-responses-table .response-col_status').nth(1);
    await status.waitFor();

    // Nobody is signed in.
    expect(await status.innerText()).to.include('401');
    expect(faults.filter((fault) => !fault.includes('401'))).to.deep.equal([]);
    const picture = process.env['REFERENCE_SCREENSHOT'] ?? join(platform.dataDir, 'reference.png');
    await page.screenshot({ path: picture });
    expect(statSync(picture).size).to.be.greaterThan(10_000);
  });

  it('fits a telephone in dark mode without cutting anything off', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' });
    await page.goto(`${platform.url}/docs`);
    for (const summary of (await page.locator('.operation > summary:visible').all()).slice(0, 5)) await summary.click();
    const [width, ground] = await page.evaluate<[number, string]>(
      '[document.documentElement.scrollWidth, getComputedStyle(document.body).backgroundColor]',
    );

    expect(width).to.be.at.most(390);
    expect(ground).to.equal('rgb(22, 23, 26)');
    await page.screenshot({ path: join(platform.dataDir, 'portal-small.png') });
  });

  /** Operations whose example needs an existing resource, a file, or a signature of the Auth Service, or that never end. */
  const NEEDS_MORE =
    /\$(?!TOKEN|GATEWAY)[A-Z]|@|identity-events|"imageId"|-X DELETE|since=|"csv"|"checks"|ops\/[\w-]+\/(tail|restart)|"jobId"|"mocs"|"queryId"|storage\/uploads|stock\/(moves|set-openings)/;

  it('shows curl commands that succeed', async function () {
    this.timeout(2 * PLATFORM_WITHIN_MS);
    const page = await browser.newPage();
    await page.goto(`${platform.url}/docs`);
    const commands = (await page.locator('.operation:not(.deprecated) .curl').allTextContents()).filter(
      (command) => !NEEDS_MORE.test(command),
    );
    const env = {
      ...process.env,
      GATEWAY: platform.url,
      // Somebody who has nothing yet, also when the commands are tried again.
      TOKEN: await platform.token(`reader-${randomUUID()}`, ['operator', 'moderator']),
    };

    expect(commands.length).to.be.greaterThan(12);
    for (const command of commands) {
      const run = promisify(execFile)('bash', ['-c', command.replace('curl', 'curl --fail-with-body')], { env });
      const output = await run.then(
        () => '',
        (error: unknown) => (error as { stdout: string }).stdout,
      );
      expect(output, command).to.equal('');
    }
  });
});
