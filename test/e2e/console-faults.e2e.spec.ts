import { expect } from 'chai';
import type { Request } from 'playwright-core';
import { describeConsole, type OperatorsBrowser } from './console-browser.ts';
import { freezeService, poisonEvent } from './planted-faults.ts';

const collectChanges = ({ page }: OperatorsBrowser): readonly Request[] => {
  const changes: Request[] = [];
  page.on('request', (request) => {
    if (!['GET', 'HEAD'].includes(request.method())) changes.push(request);
  });
  return changes;
};

const PARKED_PATH = '/parked?service=moc-management&name=moc-management';

describeConsole('faults in the operations console', (operator) => {
  it('says which service could not be asked, instead of showing nothing of it', async () => {
    const browser = operator();
    const { page, open, signIn, picture } = browser;
    await signIn();
    const thaw = freezeService(browser.platform, 'gallery');
    try {
      await open('/subscriptions?q=gallery');
      await page.getByRole('alert').getByText('Could not ask for the subscriptions of gallery').waitFor();
      await picture('service-down');
      await open();
      await page.getByRole('row').filter({ hasText: 'gallery' }).getByText('critical').waitFor();
      await picture('overview-service-down');
    } finally {
      thaw();
    }
    await open('/subscriptions?q=gallery-images');
    await page.getByRole('link', { name: 'gallery-images', exact: true }).waitFor();
  });

  it('lets an operator find a poisoned event, and discard it for a reason', async () => {
    const browser = operator();
    const { page, open, signIn, picture, faults } = browser;
    await poisonEvent(browser.platform);
    await signIn();
    // Every subscription to this stream parks it; which comes first is not said.
    const attention = page.getByRole('row').filter({ hasText: 'could not be handled' });
    const subscription = attention.getByRole('link', { name: 'moc-management', exact: true });
    await subscription.waitFor();
    await picture('overview-parked');
    await subscription.click();
    await page.getByRole('link', { name: 'file-processing.completed' }).first().waitFor();
    await picture('parked-kinds');
    await page.getByRole('link', { name: 'file-processing.completed' }).first().click();
    await page.getByRole('link', { name: 'file-processing.completed' }).first().click();
    const details = page.getByRole('region', { name: /^Message \d+$/ });
    expect(await details.innerText()).to.include('ZodError');
    await picture('parked-message');
    const title = await page.title();

    const changes = collectChanges(browser);
    for (const box of await page.getByRole('checkbox').all()) await box.check();
    await page.getByRole('button', { name: /^Discard \d+ message/ }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).to.match(/Discard \d+ messages? of moc-management in moc-management\?/);
    await picture('discard');
    expect(changes, 'a preview changes nothing').to.deep.equal([]);
    await dialog.getByLabel('Reason').fill('a test planted them');
    await dialog.getByRole('button', { name: /^Discard/ }).click();
    await page.getByText(/^\d+ messages? discarded\.$/).waitFor();

    expect(await changes[0]?.headerValue('idempotency-key')).to.match(/^[\da-f-]{36}$/);
    expect(await page.title(), 'text of the event did not run').to.equal(title);
    expect(faults()).to.deep.equal([]);
    await open(`${PARKED_PATH}&kind=all&discarded=true`);
    await page.getByRole('checkbox').first().check();
    await page.getByRole('button', { name: 'Restore 1 message …' }).waitFor();
    await open('/audit?q=planted');
    await page.getByRole('row').filter({ hasText: 'a test planted them' }).first().waitFor();
  });

  it('replays a message that comes back, and says so', async () => {
    const browser = operator();
    const { page, open, signIn, picture } = browser;
    await poisonEvent(browser.platform);
    await signIn();
    await open(`${PARKED_PATH}&kind=all`);
    await page.getByRole('checkbox').last().check();
    await page.getByRole('button', { name: 'Replay 1 message …' }).click();
    await page.getByRole('dialog').getByLabel('Reason').fill('it may pass now');
    await page.getByRole('dialog').getByRole('button', { name: 'Replay 1 message' }).click();

    await page.getByText(/1 message failed again\.$/).waitFor();
    await page.getByText('came back', { exact: true }).first().waitFor();
    await picture('came-back');
  });

  it('refuses an action on messages that are others than in the preview', async () => {
    const browser = operator();
    const { page, open, signIn } = browser;
    await poisonEvent(browser.platform);
    await signIn();
    await open(PARKED_PATH);
    await page.getByRole('button', { name: 'Replay all …' }).click();
    const dialog = page.getByRole('dialog');
    const count = Number(/Replay (\d+) message/.exec(await dialog.innerText())?.[1]);
    await poisonEvent(browser.platform);
    await page.waitForResponse(async (reply) => {
      if (!reply.url().endsWith('/parked/groups')) return false;
      const { groups } = (await reply.json()) as { groups: readonly { count: number }[] };
      return groups.reduce((sum, group) => sum + group.count, 0) > count;
    });
    await dialog.getByLabel('Reason').fill('all of them');
    await dialog.getByRole('button', { name: /^Replay/ }).click();

    await dialog.getByRole('alert').waitFor();
    expect(await dialog.getByRole('alert').innerText()).to.match(/preview/i);
  });

  it('keeps an operator who only reads from acting', async () => {
    const browser = operator();
    const { page, open, signIn } = browser;
    await signIn('read');
    await open(`${PARKED_PATH}&kind=all`);
    await page.getByText('Changes need the role operator:act.').waitFor();
    await page.getByRole('checkbox').first().check();

    for (const name of [/^Replay/, /^Discard/])
      expect(await page.getByRole('button', { name }).first().isDisabled()).to.equal(true);
  });

  it('keeps tokens out of addresses and of what pages can read', async () => {
    const browser = operator();
    const { page, signIn, context } = browser;
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));
    await signIn();
    const [cookie] = await context.cookies();

    expect(cookie?.value.length).to.be.greaterThan(100);
    expect(addresses.filter((address) => address.includes(String(cookie?.value)))).to.deep.equal([]);
    expect(await page.evaluate('document.cookie + JSON.stringify(localStorage)')).not.to.include('eyJ');
  });
});
