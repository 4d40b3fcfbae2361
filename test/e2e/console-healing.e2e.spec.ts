import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { describeConsole, type OperatorsBrowser } from './console-browser.ts';
import { poisonEvent, slowService } from './planted-faults.ts';
import { requestsAs } from './requests.ts';

const WITHIN_MS = 120_000;

const stopGroup = async ({ platform }: OperatorsBrowser): Promise<void> => {
  const reply = await requestsAs(platform, 'otto', ['operator', 'operator:act'])(
    '/ops/wishlist/subscriptions/wishlist-publisher/stop?reason=planted',
    { method: 'POST', headers: { 'idempotency-key': newId() } },
  );
  expect(reply.status).to.equal(200);
};

/** A line of the overview. */
const finding = ({ page }: OperatorsBrowser, service: string, text: string) =>
  page.getByRole('row').filter({ hasText: service }).filter({ hasText: text });

const ATTEMPTS_MAX = 5;

/** Tries again when a slow service has not answered in time, as the dialog offers it. */
const confirm = async ({ page }: OperatorsBrowser, reason: string): Promise<void> => {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill(reason);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    await dialog.locator('button[type=submit]').click();
    const closing = dialog.waitFor({ state: 'detached', timeout: WITHIN_MS }).then(() => 'closed');
    const refusal = dialog
      .getByRole('alert')
      .waitFor({ timeout: WITHIN_MS })
      .then(() => 'refused');
    if ((await Promise.any([closing, refusal])) === 'closed') return;
  }
  throw new Error(`not done after ${String(ATTEMPTS_MAX)} attempts`);
};

/** The services that the overview calls slow. */
const slowServices = async ({ page }: OperatorsBrowser): Promise<readonly string[]> =>
  (await page.getByRole('row').filter({ hasText: 'Slow' }).getByRole('link').allInnerTexts()).toSorted();

const OTHERS_MIN = 3;

/** On a machine that is overloaded as a whole, every service is slow, and none can be healed of that. */
const isFastAsOthers = (slow: readonly string[]): boolean => !slow.includes('gallery') || slow.length > OTHERS_MIN;

const openFinding = async (browser: OperatorsBrowser, service: string, text: string): Promise<void> => {
  const { page } = browser;
  await page.getByRole('link', { name: 'Overview' }).click();
  const line = finding(browser, service, text);
  await line.waitFor({ timeout: WITHIN_MS });
  await line.getByRole('link').click();
};

describeConsole('an operator with nothing but the console', (operator) => {
  it('finds and heals a stopped group, a poisoned event and a slow service', async function () {
    this.timeout(4 * WITHIN_MS);
    const browser = operator();
    const { page, signIn, picture, platform } = browser;
    await stopGroup(browser);
    await poisonEvent(platform);
    const slowPid = platform.children.get('gallery')?.pid();
    const endSlowness = slowService(platform, 'gallery');
    try {
      await signIn();
      await finding(browser, 'wishlist', 'Stopped').waitFor({ timeout: WITHIN_MS });
      await finding(browser, 'moc-management', 'could not be handled').waitFor({ timeout: WITHIN_MS });
      await finding(browser, 'gallery', 'Slow').waitFor({ timeout: WITHIN_MS });
      await picture('three-faults');

      await openFinding(browser, 'wishlist', 'Stopped');
      await page.getByRole('button', { name: 'Start …' }).click();
      await confirm(browser, 'heal the group');
      await page
        .getByRole('region', { name: /of wishlist$/ })
        .getByText('live')
        .waitFor({ timeout: WITHIN_MS });

      await openFinding(browser, 'moc-management', 'could not be handled');
      await page.getByRole('button', { name: 'Discard …' }).first().click();
      await confirm(browser, 'heal the poison');
      await page.getByText(/^\d+ messages? discarded\.$/).waitFor({ timeout: WITHIN_MS });

      await openFinding(browser, 'gallery', 'Slow');
      await page.getByRole('region', { name: 'Service gallery' }).waitFor();
      await picture('slow-service');
      await page.getByRole('button', { name: 'Restart …' }).click();
      await confirm(browser, 'heal the slowness');

      await page.getByRole('link', { name: 'Overview' }).click();
      for (const [service, text] of [
        ['wishlist', 'Stopped'],
        ['moc-management', 'could not be handled'],
        ['gallery', 'Not ready'],
      ] as const)
        await finding(browser, service, text).waitFor({ state: 'detached', timeout: WITHIN_MS });
      await pollUntil('gallery is as fast as others', () => slowServices(browser), isFastAsOthers, WITHIN_MS);
      expect(platform.children.get('gallery')?.pid()).not.to.equal(slowPid);
      await picture('healed');
    } finally {
      await endSlowness();
    }

    await page.getByRole('link', { name: 'Audit' }).click();
    for (const reason of ['heal the group', 'heal the poison', 'heal the slowness'])
      await page.getByRole('row').filter({ hasText: reason }).first().waitFor();
    await picture('healed-audit');
  });
});
