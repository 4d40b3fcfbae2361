import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { CONTEXTS } from '@lego-moc/local/registry';
import type { Request } from 'playwright-core';
import { apiAs } from './api.ts';
import { describeConsole } from './console-browser.ts';

describeConsole('the operations console in a browser', (operator) => {
  it('signs in by one click and shows what needs a person', async () => {
    const { context, faults, page, picture, signIn } = operator();
    await signIn();
    await page.getByText('services that answer').waitFor();

    await page.locator('.figure').filter({ hasText: 'services that answer' }).getByText('8', { exact: true }).waitFor();
    const cookies = await context.cookies();
    expect(cookies.map(({ name, httpOnly, sameSite }) => ({ name, httpOnly, sameSite }))).to.deep.equal([
      { name: 'token', httpOnly: true, sameSite: 'Strict' },
    ]);
    expect(faults()).to.deep.equal([]);
    await picture('overview-light');
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).to.equal('rgb(22, 23, 26)');
    await picture('overview-dark');
  });

  it('refuses a token without the role operator, and says why', async () => {
    const { context, open, page, picture, platform } = operator();
    await open();
    await page.getByLabel('Token with the role operator').fill(await platform.token('ada'));
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();

    await page.getByRole('alert').getByText('needs a token with the role operator').waitFor();
    expect(await context.cookies()).to.deep.equal([]);
    await picture('sign-in');
  });

  it('shows every subscription with its lag, and one in full by its URL', async () => {
    const { open, page, picture, signIn } = operator();
    await signIn();
    await open('/subscriptions?sort=name');
    await page.getByRole('link', { name: 'moc-catalogue', exact: true }).click();

    await page.getByRole('region', { name: 'moc-catalogue of moc-management' }).waitFor();
    expect(page.url()).to.include('service=moc-management').and.include('name=moc-catalogue');
    await picture('subscriptions');
    await page.keyboard.press('/');
    await page.keyboard.type('wishlist-publisher');
    await page.getByText(/^1 of \d+$/).waitFor();
    expect(page.url()).to.include('q=wishlist-publisher');
  });

  it('asks services for their subscriptions only, and for nothing that is not there', async () => {
    const { open, page, signIn } = operator();
    await signIn();
    const answers: string[] = [];
    page.on('response', (reply) => answers.push(`${String(reply.status())} ${new URL(reply.url()).pathname}`));
    await open('/projection');
    await page.getByRole('link', { name: 'moc-catalogue', exact: true }).waitFor();
    await page
      .getByText(/^\d+ of \d+$|^\d+ rows?$/)
      .first()
      .waitFor();

    expect(answers).to.include('200 /ops/file-storage/subscriptions');
    expect(answers.filter((answer) => /^[45]|projections$/.test(answer))).to.deep.equal([]);
  });

  it('exports what is on screen', async () => {
    const { open, page, signIn } = operator();
    await signIn();
    await open('/subscriptions?q=moc-catalogue');
    await page.getByText(/^1 of \d+$/).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV' }).click(),
    ]);
    const [, row] = (await readFile(await download.path(), 'utf8')).split('\r\n');

    expect(download.suggestedFilename()).to.equal('subscriptions.csv');
    expect(row).to.match(/^live,moc-catalogue,moc-management,projection,/);
  });

  it('goes to a projection by a few letters, wherever the pointer rests, and through rows by keys', async () => {
    const { page, signIn } = operator();
    await signIn();
    await page.keyboard.press('Control+k');
    const box = await page.getByRole('option').nth(4).boundingBox();
    await page.keyboard.press('Escape');
    await page.mouse.move((box?.x ?? 0) + 40, (box?.y ?? 0) + 10);
    await page.keyboard.press('Control+k');
    await page.keyboard.type('moc-index');
    const option = page.getByRole('option', { name: 'moc-index projection of search', exact: true });
    await option.waitFor();
    expect(await option.getAttribute('aria-selected')).to.equal('true');
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'moc-index of search' }).waitFor();
    await page
      .getByRole('list', { name: 'Generations' })
      .getByText(/^Generation \d+, built .*which readers see$/)
      .waitFor();
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('k');

    expect(await page.locator('tr.selected').getAttribute('aria-rowindex')).to.equal('2');
  });

  it('rebuilds a projection after a confirmation with a reason, and the audit says who and why', async () => {
    const { open, page, picture, signIn } = operator();
    await signIn();
    const changes: Request[] = [];
    page.on('request', (request) => {
      if (!['GET', 'HEAD'].includes(request.method())) changes.push(request);
    });
    await open('/projection?service=wishlist&name=wishlists');
    await page.getByRole('button', { name: 'Rebuild …' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.innerText()).to.match(/Rebuild \d+ rows? of wishlists in wishlist\?/);
    const confirm = dialog.getByRole('button', { name: /^Rebuild/ });
    expect(await confirm.isDisabled(), 'without a reason').to.equal(true);
    await picture('confirm');
    expect(changes).to.deep.equal([]);

    await dialog.getByLabel('Reason').fill('rows were repaired by hand');
    await confirm.click();
    await page.getByText('Rebuild done').waitFor();

    expect(changes.map((request) => request.method())).to.deep.equal(['POST']);
    expect(await changes[0]?.headerValue('idempotency-key')).to.match(/^[\da-f-]{36}$/);
    await picture('projection');
    await open('/audit?q=repaired');
    const row = page.getByRole('row').filter({ hasText: 'rows were repaired by hand' }).first();
    expect(await row.innerText()).to.match(/rebuild\s+wishlist\s+wishlists/);
    await picture('audit');
  });

  it('compares a projection with its streams, which needs no role to act', async () => {
    const { open, page, signIn } = operator();
    await signIn('read');
    await open('/projection?service=moc-management&name=moc-catalogue');
    expect(await page.getByRole('button', { name: 'Rebuild …' }).isDisabled()).to.equal(true);
    await page.getByRole('button', { name: /^Verify/ }).click();

    await page.getByText('done: every row is what its stream says').waitFor();
  });

  /** Creates a wish whose text would run if it were markup. */
  const wish = async (name: string): Promise<void> => {
    const { status } = await apiAs(operator().platform, name)('POST', '/api/wishlist', {
      title: '<img src=x onerror=alert(1)>',
    });
    expect(status).to.equal(201);
  };

  it('goes from a category to a stream to an event, and steps through revisions', async () => {
    const { faults, open, page, picture, signIn } = operator();
    await wish('olga');
    await signIn();
    await open('/streams?service=wishlist&category=wishlist');
    await picture('streams');
    await page
      .getByRole('link', { name: /^wishlist-/ })
      .first()
      .click();
    await page
      .getByRole('link', { name: /^wishlist\./ })
      .first()
      .click();
    await page.getByRole('region', { name: /^Event \d+$/ }).waitFor();
    // What a user wrote.
    await page
      .getByText(/^masked string/)
      .first()
      .waitFor();
    expect(await page.content()).not.to.include('onerror=');
    await picture('event');
    const before = new URL(page.url()).searchParams.get('revision');
    await page.keyboard.press('[');
    expect(Number(new URL(page.url()).searchParams.get('revision'))).to.equal(Math.max(0, Number(before) - 1));
    expect(faults()).to.deep.equal([]);
  });

  it('shows what one request led to, and says of an unknown one that it is unknown', async () => {
    const { open, page, picture, signIn } = operator();
    await wish('pia');
    await signIn();
    await open('/streams?service=wishlist&category=wishlist');
    await page
      .getByRole('link', { name: /^wishlist-/ })
      .first()
      .click();
    await page
      .getByRole('link', { name: /^wishlist\./ })
      .first()
      .click();
    await page.locator('dl a[href*="correlation?id="]').click();
    await page.getByRole('region', { name: 'What the request led to' }).waitFor();
    await page
      .getByRole('link', { name: /^wishlist\./ })
      .first()
      .waitFor();
    const lanes = page.getByRole('region', { name: 'Lanes' });
    await lanes
      .getByRole('link', { name: /^wishlist-/ })
      .first()
      .waitFor();
    // What follows may not be published yet.
    expect(await lanes.locator('.mark').count()).to.be.at.least(1);
    await picture('correlation');

    await open('/correlation');
    await page.getByRole('region', { name: 'Processes by state', exact: true }).waitFor();
    await picture('processes');

    await open('/correlation?id=nobody-has-this');
    await page.getByRole('alert').getByText('No event has the correlation id nobody-has-this').waitFor();
  });

  it('shows events as they are recorded', async () => {
    const { open, page, picture, signIn } = operator();
    await signIn();
    await open('/streams?tail=live');
    await page.getByText('Live', { exact: true }).last().waitFor();
    await wish('quirin');

    await page.getByRole('link', { name: 'wishlist.WishlistItemAdded' }).first().waitFor();
    await picture('live');
  });

  it('maps the services, and names their routes', async () => {
    const { faults, open, page, picture, signIn } = operator();
    await signIn();
    await open('/services');
    await page.getByRole('img', { name: /^Services and their calls/ }).waitFor();
    const map = page.locator('svg.map');
    for (const { name } of CONTEXTS) await map.getByText(name, { exact: true }).waitFor();
    expect(await map.getByText('not ready').count()).to.equal(0);
    await page.getByText('Rates follow').waitFor({ state: 'detached' });
    await page.getByRole('cell', { name: /\/s$/ }).first().waitFor();
    expect(faults()).to.deep.equal([]);
    await picture('services');
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
    await picture('services-dark');
  });

  it('shows latency and errors of services, and of the routes of one', async () => {
    const { faults, open, page, picture, signIn } = operator();
    await signIn();
    await open('/latency');
    const chart = page.getByRole('img', { name: /^Requests and errors/ }).locator('canvas');
    await chart.waitFor();
    await wish('wera');
    // The gateway counts what happens between two looks, and looks no more often than every few seconds.
    const countButtons = async (): Promise<number> => {
      await open('/latency?hours=6');
      await chart.waitFor();
      return page.getByRole('button', { name: 'wishlist', exact: true }).count();
    };
    await pollUntil('the wish is counted', countButtons, (count) => count > 0);
    await picture('latency');
    await page.getByRole('button', { name: 'wishlist', exact: true }).click();
    await page.getByRole('cell', { name: '/v1/wishlist', exact: true }).waitFor();
    expect(page.url()).to.include('service=wishlist').and.include('hours=6');
    expect(faults()).to.deep.equal([]);
    await page.getByRole('combobox', { name: 'Theme' }).selectOption('dark');
    await picture('latency-dark');
  });

  it('says that there is nothing to migrate from, where there is no monolith', async () => {
    const { open, page, signIn } = operator();
    await signIn();
    await open('/migration');
    await page.getByText('There is no monolith to migrate from').waitFor();
  });
});
