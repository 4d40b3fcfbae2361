import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { skipWithout } from '@lego-moc/testing/real-component';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { CHROMIUM, collectFaults, launchChromium } from './browser.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

/** Nobody is signed in yet. */
const ANSWERS_EXPECTED = /401.*\/console\/api\/session/;

/** The operations console of the shared platform, in a fresh profile of a real browser. */
export type OperatorsBrowser = {
  readonly platform: TestPlatform;
  readonly context: BrowserContext;
  readonly page: Page;
  /** What went wrong in the page so far; refusals by its policy are among that. */
  readonly faults: () => readonly string[];
  readonly open: (path?: string) => Promise<unknown>;
  readonly signIn: (roles?: 'act' | 'read') => Promise<void>;
  /** Keeps a picture to look at where CONSOLE_SCREENSHOTS says. */
  readonly picture: (name: string) => Promise<void>;
};

const openBrowser = async (platform: TestPlatform, browser: Browser): Promise<OperatorsBrowser> => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const faults = collectFaults(page);
  const open = (path = ''): Promise<unknown> => page.goto(`${platform.url}/console${path}`);
  return {
    platform,
    context,
    page,
    faults: () => faults.filter((fault) => !ANSWERS_EXPECTED.test(fault)),
    open,
    signIn: async (roles = 'act') => {
      await open();
      await page.getByRole('button', { name: roles === 'act' ? 'who acts' : 'who only reads' }).click();
      await page.getByRole('heading', { level: 1, name: 'What needs a person' }).waitFor();
    },
    picture: async (name) => {
      const folder = process.env['CONSOLE_SCREENSHOTS'];
      if (folder === undefined) return;
      mkdirSync(folder, { recursive: true });
      await page.screenshot({ path: join(folder, `${name}.png`) });
    },
  };
};

/** Describes the console in a browser: `tests` takes the function that returns the browser of the running test. */
export const describeConsole = (title: string, tests: (operator: () => OperatorsBrowser) => void): void => {
  describe(title, function () {
    this.timeout(PLATFORM_WITHIN_MS);
    if (CHROMIUM === undefined) {
      it('opens in Chromium', function () {
        skipWithout(this, 'Chromium', 'install chromium, or set CHROMIUM_PATH');
      });
      return;
    }
    let platform: TestPlatform;
    let browser: Browser;
    let operator: OperatorsBrowser;
    before(async () => {
      platform = await sharedPlatform();
      browser = await launchChromium();
    });
    after(() => browser.close());
    beforeEach(async () => {
      operator = await openBrowser(platform, browser);
    });
    afterEach(async function () {
      if (this.currentTest?.isFailed() === true) await operator.picture(`failed ${this.currentTest.title}`);
      await operator.context.close();
    });
    tests(() => operator);
  });
};
