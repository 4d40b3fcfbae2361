import { expect } from 'chai';
import type { Response } from 'playwright-core';
import { apiAs } from './api.ts';
import { describeConsole, type OperatorsBrowser } from './console-browser.ts';
import { poisonEvent } from './planted-faults.ts';

const SCREENS = [
  ...['', '/services', '/latency', '/subscriptions', '/projection', '/parked', '/streams', '/aggregate'],
  ...['/correlation', '/migration', '/audit', '/subscriptions?service=wishlist&name=wishlist-publisher'],
  ...['/parked?service=moc-management&name=moc-management&kind=all', '/streams?service=wishlist&category=wishlist'],
];

/** Tokens, connection strings, addresses of machines, and what users wrote. */
const NEVER_SHOWN =
  /eyJ[\w-]{10,}|\b(?:esdb|postgres(?:ql)?|redis|amqp):\/\/|\b127\.0\.0\.1:\d|password|quince@|Quince/i;

type Answer = { readonly status: number; readonly headers: Readonly<Record<string, string>> };

/** What the page itself is answered: with its cookie, as an operator's script would be. */
const requestFromPage = ({ page }: OperatorsBrowser, path: string, method: string, body?: object): Promise<Answer> =>
  page.evaluate(
    async ([target, verb, content]) => {
      const reply = await fetch(target, {
        method: verb,
        ...(content === '' ? {} : { body: content, headers: { 'content-type': 'application/json' } }),
      });
      return { status: reply.status, headers: Object.fromEntries(reply.headers) };
    },
    [path, method, body === undefined ? '' : JSON.stringify(body)] as const,
  );

describeConsole('what must never happen in the operations console', (operator) => {
  it('shows no secret, no address and nothing that users wrote on any screen', async function () {
    this.timeout(300_000);
    const browser = operator();
    const { page, open, platform, signIn } = browser;
    await poisonEvent(platform);
    await apiAs(platform, 'quince')('POST', '/api/wishlist', { title: 'Quince pie of quince@example.test' });
    await signIn();
    const bodies: Promise<string>[] = [];
    page.on('response', (reply: Response) => {
      const path = new URL(reply.url()).pathname;
      if (path.startsWith('/ops/') || path.startsWith('/console/api/'))
        bodies.push(
          reply.text().then(
            (text) => `${path} ${text}`,
            () => '',
          ),
        );
    });
    for (const screen of SCREENS) {
      await open(screen);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      await page.waitForLoadState('networkidle');
      expect(NEVER_SHOWN.exec(await page.content()), `page ${screen}`).to.equal(null);
      expect(NEVER_SHOWN.exec(page.url().replace(platform.url, '')), `address of ${screen}`).to.equal(null);
    }
    const texts = await Promise.all(bodies);
    expect(texts.length).to.be.greaterThan(SCREENS.length);
    expect(texts.flatMap((text) => NEVER_SHOWN.exec(text) ?? [])).to.deep.equal([]);
  });

  it('changes nothing by GET, without a reason, or without an Idempotency-Key', async () => {
    const browser = operator();
    await browser.signIn();
    const stop = '/ops/wishlist/subscriptions/wishlist-publisher/stop';
    const event = '/ops/wishlist/streams/wishlist-x/events/0/reveals';
    const statuses = [
      await requestFromPage(browser, `${stop}?reason=x`, 'GET'),
      await requestFromPage(browser, `${stop}?reason=x`, 'POST'),
      await requestFromPage(browser, stop, 'POST'),
      await requestFromPage(browser, '/ops/wishlist/projections/wishlists/rebuild?reason=x', 'GET'),
      await requestFromPage(browser, '/ops/wishlist/restart?reason=x', 'POST'),
      await requestFromPage(browser, event, 'POST', { field: 'title' }),
      await requestFromPage(browser, event, 'POST', { reason: 'x' }),
    ].map(({ status }) => status);

    expect(statuses).to.deep.equal([statuses[0], 400, 400, statuses[3], 400, 400, 400]);
    expect([404, 405]).to.include(statuses[0]).and.include(statuses[3]);
    await browser.open('/subscriptions?q=wishlist-publisher');
    await browser.page.getByRole('row').filter({ hasText: 'wishlist-publisher' }).getByText('live').waitFor();
  });

  it('offers no way to edit a stored event', async () => {
    const browser = operator();
    const { open, page, signIn } = browser;
    await signIn();
    await open('/streams?service=wishlist&stream=operations&revision=0');
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.locator('main').locator('textarea, [contenteditable]').count()).to.equal(0);
    for (const method of ['PUT', 'PATCH', 'DELETE']) {
      const { status } = await requestFromPage(browser, '/ops/wishlist/streams/operations/events/0', method, {});
      expect([404, 405], method).to.include(status);
    }
  });

  it('is framed by nobody, runs no script of others and keeps no answer with data', async () => {
    const browser = operator();
    await browser.signIn();
    const { headers } = await requestFromPage(browser, '/console/', 'GET');
    expect(headers['content-security-policy'])
      .to.include("default-src 'none'")
      .and.include("frame-ancestors 'none'")
      .and.include("trusted-types 'none'");
    const answer = await requestFromPage(browser, '/ops/wishlist/subscriptions', 'GET');
    expect(answer.headers['cache-control']).to.match(/no-store|private/);
  });
});
