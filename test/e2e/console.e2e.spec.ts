import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { skipWithout } from '@lego-moc/testing/real-component';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { CHROMIUM, collectFaults, launchChromium } from './browser.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

/** Nobody is signed in yet; a service has no read models. */
const ANSWERS_EXPECTED = /401.*\/console\/api\/session|404.*\/ops\/file-storage\/projections/;

const WIDE = { width: 1280, height: 900 } as const;

describe('the operations console in a browser', function () {
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

  let context: BrowserContext;
  let page: Page;
  let faults: readonly string[];
  beforeEach(async () => {
    context = await browser.newContext({ viewport: WIDE });
    page = await context.newPage();
    faults = collectFaults(page);
  });
  afterEach(() => context.close());

  /** Screenshots to look at are kept where the variable says. */
  const picture = async (name: string): Promise<void> => {
    const folder = process.env['CONSOLE_SCREENSHOTS'];
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${name}.png`) });
  };

  const open = (path = '') => page.goto(`${platform.url}/console${path}`);

  const signIn = async (roles: 'act' | 'read' = 'act'): Promise<void> => {
    await open();
    await page.getByRole('button', { name: roles === 'act' ? 'who acts' : 'who only reads' }).click();
    await page.getByRole('heading', { level: 1, name: 'What needs a person' }).waitFor();
  };

  it('signs in by one click and shows what needs a person', async () => {
    await signIn();
    await page.getByText('services that answer').waitFor();

    expect(await page.locator('.figure dd').first().innerText()).to.equal('8');
    const cookies = await context.cookies();
    expect(cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }))).to.deep.equal([
      { name: 'token', httpOnly: true, sameSite: 'Strict' },
    ]);
    expect(faults.filter((fault) => !ANSWERS_EXPECTED.test(fault))).to.deep.equal([]);
    await picture('overview-light');
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).to.equal('rgb(22, 23, 26)');
    await picture('overview-dark');
  });

  it('refuses a token without the role operator, and says why', async () => {
    await open();
    await page.getByLabel('Token with the role operator').fill(await platform.token('ada'));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();

    await page.getByRole('alert').getByText('needs a token with the role operator').waitFor();
    expect(await context.cookies()).to.deep.equal([]);
    await picture('sign-in');
  });
});
