import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { listReply } from '@lego-moc/wishlist/contracts/http-api';
import { apiAs, expectProblem } from './api.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { newWisher, type Wisher } from './wisher.ts';

describe('reading a wishlist through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let wisher: Wisher;

  before(async () => {
    platform = await sharedPlatform();
  });
  beforeEach(() => {
    wisher = newWisher(platform);
  });

  it('finds by theme and by words in title and description, whatever their case and accents', async () => {
    await wisher.wish('Château', { category: 'Castle', description: 'with a dragon' });
    await wisher.wish('Dragon ship', { category: 'Pirates' });
    await wisher.wish('Rocket', { category: 'Space' });
    expect(await wisher.titles('&category=castle')).to.deep.equal(['Château']);
    expect(await wisher.titles('&q=chateau')).to.deep.equal(['Château']);
    expect(await wisher.titles('&q=DRAGON')).to.deep.equal(['Château', 'Dragon ship']);
    expect(await wisher.titles('&q=dragon%20ship')).to.deep.equal(['Dragon ship']);
    await wisher.wish('Straße');
    expect(await wisher.titles('&q=STRASSE')).to.deep.equal(['Straße']);
    expect(await wisher.titles('&q=dragon&category=Castle')).to.deep.equal(['Château']);
    expect(await wisher.titles('&category=Technic')).to.deep.equal([]);
    expect(await wisher.titles('&q=%25')).to.deep.equal([]);
  });

  it('returns every wish once, page by page, while another tab deletes, adds and moves', async () => {
    const wishes = [];
    for (let number = 1; number <= 7; number += 1) wishes.push(await wisher.wish(`Wish ${String(number)}`));
    const itemIds: string[] = [];
    let page = await wisher.list('&limit=3');
    for (;;) {
      itemIds.push(...page.items.map(({ title }) => title));
      if (page.nextCursor === null) break;
      const [first, last] = [page.items.at(0), page.items.at(-1)];
      await wisher.ask('DELETE', `/api/wishlist/${last?.itemId ?? ''}`);
      await wisher.ask('PUT', '/api/wishlist/order', { order: [wishes.at(-1)?.itemId, first?.itemId] });
      await wisher.wish('Added meanwhile');
      page = listReply.parse((await wisher.ask('GET', `/api/wishlist?limit=3&cursor=${page.nextCursor}`)).body);
    }
    expect(itemIds).to.deep.equal(wishes.map(({ title }) => title));
  });

  it('refuses a cursor that it did not issue', async () => {
    for (const title of ['a', 'b']) await wisher.wish(title, { category: 'Space' });
    const { nextCursor } = await wisher.list('&limit=1&category=Space');
    const cursor = nextCursor ?? '';
    const bent = `${cursor.slice(0, -3)}${cursor.endsWith('AAA') ? 'BBB' : 'AAA'}`;
    const forgeCursor = (...content: unknown[]) => Buffer.from(JSON.stringify(content)).toString('base64url');
    for (const query of [
      `category=Space&cursor=${bent}`,
      `cursor=${cursor}`,
      `category=Castle&cursor=${cursor}`,
      `category=Space&q=a&cursor=${cursor}`,
      'cursor=',
      'cursor=%00',
      `cursor=${forgeCursor('1', -1, '[null,null]')}`,
      `cursor=${forgeCursor('999999999999999999', 0, '[null,null]')}`,
      `cursor=${forgeCursor('9'.repeat(30), 0, '[null,null]')}`,
      `cursor=${forgeCursor("1'; drop table wishlists", 0, '[null,null]')}`,
    ]) {
      const answer = await wisher.ask('GET', `/api/wishlist?${query}`);
      expectProblem(answer, 400, query.includes('%00') ? 'invalid-request' : 'cursor-invalid');
    }
    const stranger = apiAs(platform, `stranger-${randomUUID()}`);
    expectProblem(await stranger('GET', `/api/wishlist?category=Space&cursor=${cursor}`), 400, 'cursor-invalid');
  });

  it('refuses a malformed query', async () => {
    for (const [query, pointer] of [
      ['limit=0', '/query/limit'],
      ['limit=201', '/query/limit'],
      ['limit=many', '/query/limit'],
      ['q=a&q=b', '/query/q'],
      [`q=${'x'.repeat(201)}`, '/query/q'],
      ['atLeastRevision=-1', '/query/atLeastRevision'],
      ['atLeastRevision=new', '/query/atLeastRevision'],
    ] as const)
      expectProblem(await wisher.ask('GET', `/api/wishlist?${query}`), 400, 'invalid-request', pointer);
    expectProblem(await wisher.ask('GET', '/api/wishlist/12'), 400, 'invalid-request', '/params/itemId');
  });
});
