import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { apiAs } from './api.ts';
import { describeConsole, type OperatorsBrowser } from './console-browser.ts';
import { requestsAs } from './requests.ts';

const SECRET_WISH = 'A castle <b>nobody</b> knows';

const openWish = async ({ page, open, platform }: OperatorsBrowser, name: string): Promise<void> => {
  const send = apiAs(platform, name);
  expect((await send('POST', '/api/wishlist', { title: SECRET_WISH })).status).to.equal(201);
  expect((await send('POST', '/api/wishlist', { title: 'Another one' })).status).to.equal(201);
  await open('/streams?service=wishlist&category=wishlist');
  await page
    .getByRole('link', { name: /^wishlist-/ })
    .first()
    .click();
};

describeConsole('the past in the operations console', (operator) => {
  it('shows an aggregate at any revision, what changed, and its history as a test', async () => {
    const { faults, page, picture, signIn } = operator();
    await signIn();
    await openWish(operator(), 'rosa');
    await page.getByRole('link', { name: 'Its state, at any time' }).click();
    await page.getByRole('region', { name: /^State at revision [1-9]/ }).waitFor();
    const paths = page.getByRole('region', { name: 'Changes, rows' }).getByRole('row');
    await paths.nth(1).waitFor();
    await picture('aggregate');

    await page.keyboard.press('[');
    await page.getByRole('region', { name: 'State at revision 0' }).waitFor();
    expect(new URL(page.url()).searchParams.get('revision')).to.equal('0');
    await page.getByRole('button', { name: /^Copy as a given/ }).click();
    await page.getByLabel('Test').getByText('WishlistItemAdded').waitFor();
    expect(await page.content()).not.to.include('nobody');
    expect(faults()).to.deep.equal([]);
  });

  it('reveals one value for a reason, which is on record', async () => {
    const browser = operator();
    const { page, open, picture, signIn } = browser;
    await signIn();
    await openWish(browser, 'sven');
    await page
      .getByRole('link', { name: /^wishlist\./ })
      .last()
      .click();
    const reveal = page.getByRole('button', { name: /^Reveal .*title …$/ });
    await reveal.click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).to.match(/Reveal 1 value of [\w.]*title in \d+@wishlist-/);
    const confirm = dialog.locator('button[type=submit]');
    expect(await confirm.isDisabled(), 'without a reason').to.equal(true);
    expect(await page.content()).not.to.include('castle');
    await dialog.getByLabel('Reason').fill('the user asked for help');
    await confirm.click();

    await page.locator('mark').getByText('A castle <b>nobody</b> knows').waitFor();
    await picture('reveal');
    await open('/audit?q=help');
    const row = page.getByRole('row').filter({ hasText: 'the user asked for help' }).first();
    expect(await row.innerText()).to.match(/reveal\s+wishlist\s+\d+@wishlist-\S+ [\w.]*title/);
  });

  it('reveals nothing of what is erased, whatever the reason', async () => {
    const browser = operator();
    const { page, platform, signIn } = browser;
    await signIn();
    await openWish(browser, 'ulla');
    await page
      .getByRole('link', { name: /^wishlist\./ })
      .last()
      .click();
    const stream = new URL(page.url()).searchParams.get('stream') ?? '';
    expect((await apiAs(platform, 'ulla')('DELETE', '/api/users/me')).status).to.be.lessThan(300);
    const events = `/ops/wishlist/streams/${stream}/events`;
    await pollUntil(
      'the list is erased',
      async () => (await requestsAs(platform, 'olga', ['operator'])(events)).text(),
      (text) => text.includes('wishlist.WishlistErased'),
      60_000,
    );
    await page.getByRole('button', { name: /^Reveal .*title …$/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill('curiosity');
    await dialog.locator('button[type=submit]').click();
    await dialog.getByRole('alert').getByText('is erased').waitFor();
    expect(await page.content()).not.to.include('castle');
  });

  it('shows no button to reveal to an operator who only reads', async () => {
    const browser = operator();
    const { page, signIn } = browser;
    await signIn('read');
    await openWish(browser, 'tove');
    await page
      .getByRole('link', { name: /^wishlist\./ })
      .last()
      .click();
    await page
      .getByText(/^masked string$/)
      .first()
      .waitFor();
    expect(await page.getByRole('button', { name: /^Reveal/ }).count()).to.equal(0);
  });
});
