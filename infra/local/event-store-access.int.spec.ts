import { readFileSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessDeniedError, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import { startNodeProcess, type NodeProcess } from '@lego-moc/embedded-event-store/contract/node-process';
import { expect } from 'chai';
import getPort from 'get-port';
import { eventStoreUrlFor, prepareEventStore, securedNodeOptions } from './event-store-access.ts';

describe('the secured embedded event store', function () {
  this.timeout(60_000);
  const clients: EventStoreDBClient[] = [];
  let dataDir: string;
  let node: NodeProcess;
  let ports: ReadonlyMap<string, number>;

  const connect = (url: string): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(url);
    clients.push(client);
    return client;
  };
  const append = (client: EventStoreDBClient): Promise<unknown> =>
    client.appendToStream('moc-1', jsonEvent({ type: 'moc.Drafted', data: {} }));
  const errorOf = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'event-store-access-'));
    ports = new Map([['event-store', await getPort()]]);
    const { args, env } = await securedNodeOptions(dataDir);
    node = await startNodeProcess({ args: ['--mem', '--port', String(ports.get('event-store')), ...args], env });
    await prepareEventStore({ dataDir, ports });
  });
  after(async () => {
    await Promise.all(clients.map((client) => client.dispose()));
    await node.end('SIGTERM');
    await rm(dataDir, { recursive: true, force: true });
  });

  it('lets a service append and read the log with its own account', async () => {
    const client = connect(eventStoreUrlFor({ dataDir, ports }, 'wishlist'));
    await append(client);
    const types: string[] = [];
    // The store's own projections write as well.
    for await (const { event } of client.readAll({ direction: 'backwards', fromPosition: 'end', maxCount: 50 }))
      if (event?.type.startsWith('$') === false) types.push(event.type);
    expect(types[0]).to.equal('moc.Drafted');
  });

  it('refuses an append without an account, and one with a wrong password', async () => {
    const url = eventStoreUrlFor({ dataDir, ports }, 'wishlist');
    expect(await errorOf(append(connect(url.replace(/\/\/[^@]*@/, '//'))))).to.be.instanceOf(AccessDeniedError);
    expect(await errorOf(append(connect(url.replace(/:[^:@]*@/, ':wrong@'))))).to.be.instanceOf(Error);
  });

  it('keeps certificate and passwords, readable by their owner alone', async () => {
    const before = [
      eventStoreUrlFor({ dataDir, ports }, 'wishlist'),
      readFileSync(join(dataDir, 'keys/event-store.key')),
    ];
    await securedNodeOptions(dataDir);
    const after = [
      eventStoreUrlFor({ dataDir, ports }, 'wishlist'),
      readFileSync(join(dataDir, 'keys/event-store.key')),
    ];
    expect(after).to.deep.equal(before);
    for (const file of ['keys/event-store.key', 'keys/wishlist.event-store-password', 'env/event-store.env'])
      expect((await stat(join(dataDir, file))).mode & 0o777, file).to.equal(0o600);
  });
});
