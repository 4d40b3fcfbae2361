import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { mountSmallDisk, type SmallDisk } from '@lego-moc/embedded-event-store/torture/small-disk';
import { adminUrl } from '@lego-moc/embedded-postgres/admin';
import { portOf } from '@lego-moc/local/registry';
import { asAdmin } from '@lego-moc/postgres/provision';
import { skipOnGivenEventStore, skipWithout } from '@lego-moc/testing/real-component';
import { listReply } from '@lego-moc/wishlist/contracts/http-api';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from '../e2e/platform.ts';
import { projectionsCommand } from '../e2e/projections-command.ts';
import { awaitCleanStorage } from '../e2e/storage-tools.ts';
import { askingAs, type Answer, type Ask } from './faulty-platform.ts';

const DISK_MEGABYTES = 600;
const BLOCK = Buffer.alloc(1_048_576);
const READS = ['/api/wishlist', '/api/mocs', '/api/search?q=crane', '/api/catalogue'];
const LOGGING = ['gateway', 'wishlist', 'moc-management'];

describe('running on a full disk', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let disk: SmallDisk;
  let dataDir: string;
  let platform: TestPlatform;
  let ask: Ask;

  before(async function () {
    skipOnGivenEventStore(this, "it fills the store's disk");
    const smallDisk = mountSmallDisk(DISK_MEGABYTES);
    if (smallDisk === undefined) {
      skipWithout(this, 'A small file system', 'mounting a tmpfs takes root');
      return;
    }
    disk = smallDisk;
    dataDir = join(disk.path, 'platform');
    platform = await startPlatform({}, dataDir);
    await pollUntil(
      'The reserve of PostgreSQL',
      () => readFileSync(join(dataDir, 'postgres/postgresql.auto.conf'), 'utf8'),
      (settings) => settings.includes('max_wal_size'),
      30_000,
    );
    // Else autovacuum may do it meanwhile: the next connection then writes a file anew whose room we have filled.
    await asAdministrator('VACUUM ANALYZE');
    await asAdministrator('SELECT');
    ask = await askingAs(platform, 'full-disk');
    expect((await wish('Before the disk was full')).status).to.equal(201);
  });

  after(async () => {
    await (platform as TestPlatform | undefined)?.stop();
    (disk as SmallDisk | undefined)?.remove();
  });

  const asAdministrator = (sql: string): Promise<unknown> =>
    asAdmin(adminUrl(dataDir, portOf(platform.ports, 'postgres')), (admin) => admin.any(sql));

  const wish = (title: string, key = randomUUID()): Promise<Answer> =>
    ask('/api/wishlist', { method: 'POST', body: { title }, key });

  const wishes = async (): Promise<readonly string[]> =>
    listReply.parse(JSON.parse((await ask('/api/wishlist')).text)).items.map(({ title }) => title);

  const draft = (title: string): Promise<Answer> =>
    ask('/api/mocs', { method: 'POST', body: { title }, key: randomUUID() });

  const processIds = (): readonly (number | undefined)[] => [...platform.children.values()].map(({ pid }) => pid());

  /** Fills the remaining space, to the last block. */
  const fill = (): void => {
    const file = openSync(join(disk.path, `filling-${randomUUID()}`), 'w');
    try {
      for (;;) writeSync(file, BLOCK);
    } catch (error) {
      expect(error).to.have.property('code', 'ENOSPC');
    } finally {
      closeSync(file);
    }
  };

  const makeRoom = (): void => {
    for (const name of readdirSync(disk.path)) if (name.startsWith('filling-')) rmSync(join(disk.path, name));
  };

  const linesDropped = async (service: string): Promise<number> => {
    const reply = await fetch(`http://127.0.0.1:${portOf(platform.ports, service)}/metrics`);
    return Number(/^log_lines_dropped_total\{.*\} (\d+)$/m.exec(await reply.text())?.[1]);
  };

  it('refuses writes with 507 or 503, serves reads, drops and counts log lines, ends no process, and accepts writes again once there is space', async () => {
    const before = processIds();
    fill();
    try {
      const refusals = await pollUntil(
        'A refused wish and a refused draft',
        async () => {
          fill();
          return Promise.all([wish('On a full disk'), draft('On a full disk')]);
        },
        (answers) => answers.every(({ status }) => status >= 400),
        30_000,
      );
      for (const { status, headers, text } of refusals) {
        expect(status, text).to.be.oneOf([503, 507]);
        expect(headers.get('content-type')).to.equal('application/problem+json');
        expect(Number(headers.get('retry-after'))).to.be.within(1, 60);
      }
      for (const path of READS) {
        const { status, text } = await ask(path);
        expect(status, `${path}: ${text}`).to.equal(200);
      }
      fill();
      await asAdministrator('CHECKPOINT');
      for (const service of LOGGING)
        await pollUntil(
          `Lines that ${service} dropped`,
          async () => {
            fill();
            await ask('/api/wishlist');
            await ask('/api/mocs');
            return linesDropped(service);
          },
          (lines) => lines > 0,
        );
    } finally {
      makeRoom();
    }
    const again = await pollUntil(
      'A wish once there is room',
      () => wish('With room again'),
      ({ status }) => status === 201,
      30_000,
    );
    expect(again.status).to.equal(201);
    const titles = await pollUntil('The new wish on the list', wishes, (all) => all.includes('With room again'));
    expect(titles).to.include('Before the disk was full');
    const subscriptions = await pollUntil(
      'A clean list of subscriptions',
      () => projectionsCommand(platform, 'list'),
      ({ exitCode }) => exitCode === 0,
    );
    expect(subscriptions.exitCode, subscriptions.output).to.equal(0);
    expect(processIds(), platform.reports.join('\n')).to.deep.equal(before);
  });

  it('has read models that equal a rebuild from the streams afterwards', async () => {
    const verification = await pollUntil(
      'Read models that equal their streams',
      () => projectionsCommand(platform, 'verify', '--all'),
      ({ exitCode }) => exitCode === 0,
      30_000,
    );
    expect(verification.output).to.match(/^wishlists: [\d,]+ rows are what the streams say\.$/m);
  });

  it('leaves nothing in storage that nothing refers to, and nothing missing', () => awaitCleanStorage(platform));
});
