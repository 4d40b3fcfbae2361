import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  AccessDeniedError,
  EventStoreDBClient,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client';
import { securedTarget, whyNoCertificates } from '@lego-moc/embedded-event-store/contract/secured-target';
import { skipWithout } from '@lego-moc/testing/real-component';
import { expect } from 'chai';

const CLI = join(import.meta.dirname, '../cli.ts');
const run = promisify(execFile);

describe('preparing a secured store from one administrator’s account', function () {
  this.timeout(60_000);
  const impossible = whyNoCertificates();
  if (impossible !== undefined) {
    it('makes accounts and access lists', function () {
      skipWithout(this, 'openssl', 'install it');
    });
    return;
  }

  const target = securedTarget();
  const clients: EventStoreDBClient[] = [];
  let folder: string;
  let url: string;
  let adminUrl: string;

  const withCredentials = (name: string, password: string): string =>
    url.replace('esdb://', `esdb://${name}:${password}@`);
  const clientFor = (name: string, password: string): EventStoreDBClient => {
    const client = EventStoreDBClient.connectionString(withCredentials(name, password));
    clients.push(client);
    return client;
  };
  const prepare = async (...options: readonly string[]): Promise<string> => {
    const args = ['prepare', '--url', adminUrl, '--services', 'toys,houses', ...options];
    const { stdout } = await run(process.execPath, [CLI, ...args], {
      env: { ...process.env, LEGO_MOC_DATA_DIR: folder },
    });
    return stdout;
  };
  const isDenied = async (work: Promise<unknown>): Promise<boolean> =>
    (await work.then(
      () => undefined,
      (error: unknown) => error,
    )) instanceof AccessDeniedError;
  const readAll = async (client: EventStoreDBClient): Promise<number> => {
    let count = 0;
    for await (const { event } of client.readAll({ maxCount: 10 })) count += event === undefined ? 0 : 1;
    return count;
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'prepare-'));
    const node = await target.start();
    url = node.url;
    adminUrl = withCredentials(node.admin.username, node.admin.password);
    await target.createUser(
      { loginName: 'stranger', fullName: 'Stranger', groups: [], password: 'secret' },
      node.admin,
    );
  });
  after(async () => {
    await Promise.all(clients.map((client) => client.dispose()));
    await target.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('only reports the changes in a dry run', async () => {
    expect((await prepare('--dry-run')).split('\n')[0]).to.equal('would change: account toys: created, in $ops');
    expect(await prepare('--dry-run')).to.contain('would change: account toys');
  });

  it('makes accounts, keeps their passwords to their owner, and changes nothing the second time', async () => {
    expect(await prepare())
      .to.contain('account toys: created, in $ops')
      .and.contain('account houses: created, in $ops');
    expect((await stat(join(folder, 'event-store-accounts.json'))).mode & 0o777).to.equal(0o600);
    expect(await prepare()).to.equal('Nothing to change.\n');
  });

  it('grants each service its own streams, and everybody else nothing', async () => {
    const passwords = JSON.parse(await readFile(join(folder, 'event-store-accounts.json'), 'utf8')) as {
      readonly toys: string;
    };
    const toys = clientFor('toys', passwords.toys);
    await toys.appendToStream('toy-1', jsonEvent({ type: 'toys.BrickAdded', data: {} }));
    expect(await readAll(toys)).to.be.greaterThan(0);
    const settings = persistentSubscriptionToStreamSettingsFromDefaults();
    await toys.createPersistentSubscriptionToStream('toy-1', 'sorters', settings);
    await toys.replayParkedMessagesToStream('toy-1', 'sorters');

    const stranger = clientFor('stranger', 'secret');
    expect(await isDenied(stranger.appendToStream('toy-1', jsonEvent({ type: 'x', data: {} })))).to.equal(true);
    expect(await isDenied(readAll(stranger))).to.equal(true);
    expect(await isDenied(readFirst(stranger, 'toy-1'))).to.equal(true);
  });
});

const readFirst = async (client: EventStoreDBClient, stream: string): Promise<void> => {
  for await (const event of client.readStream(stream, { maxCount: 1 })) event;
};
