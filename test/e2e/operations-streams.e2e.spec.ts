import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import {
  categoryList,
  correlationReply,
  eventReply,
  eventsPage,
  streamList,
} from '@lego-moc/operations/contracts/streams';
import { aggregateReply, differenceReply, givenReply } from '@lego-moc/operations/contracts/aggregates';
import { SERVICES } from '../../contexts/registry.ts';
import { json, problemCode, requestsAs, type SendRequest } from './requests.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

describe('looking into the streams of the platform', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  const title = `Wish of ${newId()}`;
  const user = `wisher-${newId()}`;
  let platform: TestPlatform;
  let operator: SendRequest;
  let correlationId: string;
  let texts = '';

  const ask = async (path: string): Promise<unknown> => {
    const reply = await operator(`/ops/${path}`);
    const text = await reply.text();
    expect(reply.status, `${path}: ${text}`).to.equal(200);
    texts += text;
    return JSON.parse(text);
  };
  const treeFrom = async (service: string) =>
    correlationReply.parse(await ask(`${service}/correlations/${correlationId}`));

  before(async () => {
    platform = await sharedPlatform();
    operator = requestsAs(platform, 'olga', ['operator']);
    const wish = { title, description: 'for ada@example.test', productLink: 'https://shop.example.test/1' };
    const reply = await requestsAs(platform, user)('/api/wishlist', json('POST', wish));
    expect(reply.status).to.equal(201);
    correlationId = reply.headers.get('x-correlation-id') ?? '';
    await pollUntil(
      'the wish is published',
      async () => {
        const answer = await operator(`/ops/wishlist/correlations/${correlationId}`);
        return answer.status === 200 && (await answer.text()).includes('integration-wishlist');
      },
      Boolean,
      30_000,
    );
  });

  it('shows in every service the same tree of what one request led to', async () => {
    const tree = await treeFrom('wishlist');
    const [first, second] = tree.events;
    expect(first).to.include({ type: 'wishlist.WishlistItemAdded', revision: '0', parent: null });
    expect(second).to.include({ stream: 'integration-wishlist', parent: first?.eventId ?? '', depth: 1 });
    expect(await treeFrom('search')).to.deep.equal(tree);
  });

  it('leads from category to stream to event, masked, and from the event to its effects', async () => {
    const { categories } = categoryList.parse(await ask('wishlist/categories'));
    expect(categories.find(({ name }) => name === 'wishlist')?.streams).to.be.greaterThan(0);
    const { streams } = streamList.parse(await ask('wishlist/categories/wishlist/streams'));
    const { events: tree } = await treeFrom('wishlist');
    const stream = tree[0]?.stream ?? '';
    expect(streams.map(({ stream: place }) => place)).to.include(stream);

    const { events } = eventsPage.parse(await ask(`wishlist/streams/${stream}/events`));
    expect(events[0]?.data).to.deep.include({
      wish: {
        ...{ title: { masked: 'string' }, description: { masked: 'string' }, productLink: { masked: 'string' } },
        ...{ category: { masked: 'string' }, priority: 'medium', price: null, image: null },
      },
    });
    const { event, effects } = eventReply.parse(await ask(`wishlist/streams/${stream}/events/0`));
    expect(effects.map(({ stream: place }) => place)).to.include('integration-wishlist');
    expect(event.eventId).to.equal(tree[0]?.eventId);
    await ask('wishlist/streams/integration-wishlist/events?direction=backwards&limit=5');
  });

  it('answers for the categories of every service', async () => {
    for (const { name } of SERVICES) {
      const { categories } = categoryList.parse(await ask(`${name}/categories`));
      expect(categories.map(({ streams }) => streams)).not.to.include(null);
    }
  });

  it('shows no title, address or link of a user in any of these answers', () => {
    expect(texts).to.contain(correlationId);
    expect(texts).not.to.contain(title);
    expect(texts).not.to.contain('@example.test').and.not.to.contain('shop.example');
  });

  it('shows the past of an aggregate by the service’s own rules, masked', async () => {
    const { events } = await treeFrom('wishlist');
    const at = `wishlist/aggregates/wishlist/${events[0]?.stream.replace('wishlist-', '') ?? ''}`;
    const { revision, state } = aggregateReply.parse(await ask(`${at}?revision=0`));
    expect(revision).to.equal('0');
    expect(JSON.stringify(state)).to.contain('"title":{"masked":"string"}');
    const { given, then } = givenReply.parse(await ask(`${at}/given?revision=0`));
    expect([given.length, then[0]?.type]).to.deep.equal([0, 'WishlistItemAdded']);
    expect(differenceReply.parse(await ask(`${at}/difference?from=0&to=0`)).changes).to.deep.equal([]);
  });

  it('reveals one value to who may, on record, and none after the erasure', async () => {
    const { events } = await treeFrom('wishlist');
    const path = `/ops/wishlist/streams/${events[0]?.stream ?? ''}/events/0/reveals`;
    const init = json('POST', { field: 'wish.title', reason: 'a complaint' });
    const reveal = (roles: readonly string[], key = newId()): Promise<Response> =>
      requestsAs(
        platform,
        'olga',
        roles,
      )(path, { ...init, headers: { 'content-type': 'application/json', 'idempotency-key': key } });
    expect((await reveal(['operator', 'operator:act'])).status).to.equal(403);
    const key = newId();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const reply = await reveal(['operator', 'operator:reveal'], key);
      expect(await reply.json()).to.deep.equal({ field: 'wish.title', value: title });
    }
    const actions = JSON.parse(await (await operator('/ops/search/actions?limit=200')).text()) as {
      actions: { action: string; target: string; reason: string }[];
    };
    const reveals = actions.actions.filter(({ target }) => target === `0@${events[0]?.stream ?? ''} wish.title`);
    expect(reveals.map(({ action, reason }) => `${action}: ${reason}`)).to.deep.equal(['reveal: a complaint']);

    expect((await requestsAs(platform, user)('/api/users/me', { method: 'DELETE' })).status).to.be.lessThan(300);
    await pollUntil(
      'the list is erased',
      async () => problemCode(await reveal(['operator', 'operator:reveal'])),
      (code) => code === 'erased',
      30_000,
    );
  });

  it('refuses everybody but operators, and every change of what is recorded', async () => {
    const ada = requestsAs(platform, user);
    for (const path of ['categories', 'streams/wishlist-1/events', `correlations/${correlationId}`, 'tail'])
      expect((await ada(`/ops/wishlist/${path}`)).status, path).to.equal(403);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const reply = await operator('/ops/wishlist/streams/wishlist-1/events/0', { method });
      expect(reply.status, method).to.equal(405);
      expect(await problemCode(reply)).to.equal('method-not-allowed');
    }
  });

  it('follows the log', async () => {
    const reply = await operator('/ops/wishlist/tail');
    expect(reply.headers.get('content-type')).to.contain('text/event-stream');
    const reader = reply.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (reader !== undefined && !text.includes('event: recorded')) {
      const { value, done } = await reader.read();
      if (done) break;
      text += value;
      if (value.startsWith(':') || value.startsWith('retry'))
        await requestsAs(platform, `${user}-2`)('/api/wishlist', json('POST', { title }));
    }
    await reader?.cancel();
    expect(text).to.contain('event: recorded').and.not.to.contain(title);
  });
});
