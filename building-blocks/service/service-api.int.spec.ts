import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonEvent } from '@eventstore/db-client';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { ensureServiceKeys } from '@lego-moc/auth-middleware/service-keys';
import { signerFromFile } from '@lego-moc/auth-middleware/user-context';
import { connectEventStore, type EventStoreClient } from '@lego-moc/event-store/connect';
import { subscribePersistently } from '@lego-moc/event-store/persistent-subscription';
import type { Subscription } from '@lego-moc/event-store/subscription';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { serviceApi } from './service-api.ts';

type Asking = { readonly method?: string; readonly roles?: readonly string[]; readonly body?: object };

type SubscriptionList = { readonly subscriptions: readonly { readonly name: string; readonly parked: number }[] };

describe('operating the subscriptions of a service', function () {
  this.timeout(30_000);
  const category = `toys${newId().replaceAll('-', '')}`;
  const group = `${category}-packing`;
  let folder: string;
  let client: EventStoreClient;
  let server: Server;
  let subscription: Subscription;
  let isFixed = false;
  const packedIds: string[] = [];

  const ask = async (path: string, { method = 'GET', roles = ['operator'], body }: Asking = {}): Promise<Response> => {
    const sign = signerFromFile(join(folder, 'neighbour.jwk.json'), 'neighbour');
    const headers = await sign('toys', {
      method,
      path: path.split('?', 1)[0] ?? '',
      user: { id: 'olga' as UserId, roles: [...roles] },
    });
    const { port } = server.address() as AddressInfo;
    const json = { 'content-type': 'application/json', 'idempotency-key': newId() };
    return fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : json) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };

  const json = async <T>(path: string): Promise<T> => {
    const response = await ask(path);
    expect(response.status, path).to.equal(200);
    return (await response.json()) as T;
  };

  const parkedNow = async (): Promise<number | undefined> =>
    (await json<SubscriptionList>('/ops/subscriptions')).subscriptions.find(({ name }) => name === group)?.parked;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'operated-'));
    await ensureServiceKeys(folder, ['neighbour']);
    client = connectEventStore((await eventStoreForTests()).url);
    const api = serviceApi({
      service: 'toys',
      logger: silentLogger,
      eventStore: client,
      trust: { userContextJwksUrl: 'http://127.0.0.1:1/keys', serviceJwksPath: join(folder, 'services.jwks.json') },
      routes: [],
      checkReplies: true,
    });
    server = createServer(api(() => ({ ready: true }))).listen(0, '127.0.0.1');
    await once(server, 'listening');
    subscription = subscribePersistently(client, {
      group,
      source: { streamPrefixes: [`${category}-`] },
      logger: silentLogger,
      handle: async ({ stream }) => {
        if (!isFixed) throw new RangeError('No lid fits');
        packedIds.push(stream);
        await Promise.resolve();
      },
    });
    await client.appendToStream(
      `${category}-1`,
      jsonEvent({ id: newId(), type: 'toys.BoxFilled', data: { studs: 8 } }),
    );
    await pollUntil('it is parked', async () => (await parkedNow()) === 1);
  });

  after(async () => {
    server.close();
    await client.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('lists every subscription without registration, to operators only', async () => {
    const { subscriptions } = await json<SubscriptionList>('/ops/subscriptions');
    expect(subscriptions).to.deep.equal([{ name: group, group, state: 'live', lag: 0, lagSeconds: 0, parked: 1 }]);
    expect((await ask('/ops/subscriptions', { roles: [] })).status).to.equal(403);
    expect((await ask('/ops/subscriptions/nobody')).status).to.equal(404);
  });

  it('documents the routes in its OpenAPI document', async () => {
    const { paths } = await json<{ paths: object }>('/openapi.json');
    expect(paths).to.include.keys('/ops/subscriptions', '/ops/subscriptions/{name}/parked/replays');
  });

  it('shows state, lag and parked messages as gauges', async () => {
    const text = await (await ask('/metrics')).text();
    expect(text)
      .to.contain(`subscription_state{group="${group}",state="live",service="toys"} 1`)
      .and.contain(`subscription_state{group="${group}",state="waiting",service="toys"} 0`)
      .and.contain(`subscription_lag_messages{group="${group}",service="toys"} 0`)
      .and.contain(`subscription_parked_messages{group="${group}",service="toys"} 1`);
  });

  it('shows the calls open on each connection to the event store as a gauge', async () => {
    const text = await (await ask('/metrics')).text();
    expect(text).to.contain('event_store_open_calls{client="subscriptions-1",service="toys"} 1');
  });

  it('shows the reason of a parked message, and replays it', async () => {
    const { parked } = await json<{ parked: readonly object[] }>(`/ops/subscriptions/${group}/parked`);
    expect(parked).to.have.length(1);
    expect(parked[0]).to.include({ reason: 'RangeError: No lid fits', link: `0@${category}-1` });
    isFixed = true;
    const { count, token } = await json<{ count: number; token: string }>(
      `/ops/subscriptions/${group}/parked/preview?action=replay&all=true`,
    );
    const reply = await ask(`/ops/subscriptions/${group}/parked/replays`, {
      ...{ method: 'POST', roles: ['operator', 'operator:act'] },
      body: { selection: { all: true }, count, token, reason: 'fixed' },
    });
    expect(await reply.text()).to.contain('{"phase":"done","replayed":1,"failed":0,"total":1}');
    await pollUntil('nothing is parked any more', async () => (await parkedNow()) === 0);
    expect(new Set(packedIds)).to.deep.equal(new Set([`${category}-1`]));
  });

  it('stops a subscription and starts it again, and leaves nothing out', async () => {
    const act = async (path: 'start' | 'stop', roles = ['operator', 'operator:act']): Promise<string> => {
      const reply = await ask(`/ops/subscriptions/${group}/${path}?reason=test`, { method: 'POST', roles, body: {} });
      return reply.ok ? ((await reply.json()) as { state: string }).state : String(reply.status);
    };
    expect(await act('stop', ['operator'])).to.equal('403');
    expect(await act('stop')).to.equal('stopped');
    await client.appendToStream(`${category}-2`, jsonEvent({ type: 'toys.BoxFilled', data: { studs: 4 } }));
    expect(packedIds).not.to.include(`${category}-2`);
    expect(await act('start')).to.be.oneOf(['connecting', 'live', 'behind']);
    await pollUntil('it goes on where it was', () => Promise.resolve(packedIds.includes(`${category}-2`)));
    expect(await act('start'), 'a second start changes nothing').to.equal('live');
  });

  it('removes a subscription that has stopped', async () => {
    await subscription.stop();
    expect(await json('/ops/subscriptions')).to.deep.equal({ subscriptions: [] });
  });
});
