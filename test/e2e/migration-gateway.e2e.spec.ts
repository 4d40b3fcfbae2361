import { expect } from 'chai';
import getPort from 'get-port';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import {
  auditReply,
  migrationReply,
  type AuditReply,
  type MigrationReply,
} from '@lego-moc/migration/contracts/http-api';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import {
  besideMonolith,
  createMonolithDatabase,
  PATIENT_TRANSITIONS,
  serveMonolith,
} from '../legacy-monolith/beside-platform.ts';
import { fillWithMessyData } from '../legacy-monolith/messy-data.ts';
import { legacyClient, writeWishes, type Wish, type WriterReport } from '../legacy-monolith/writers.ts';
import { leaveGivenEventStore, PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { json, requestsAs, type SendRequest } from './requests.ts';

const WRITERS = 12;
const PAUSE_MS = 200;
const WITHIN_MS = 180_000;
/** An audit may have to be waited for, and on a busy machine a transition may be given up and begun again. */
const ATTEMPTS_MAX = 24;

const names = Array.from({ length: WRITERS }, (_, number) => `writer-${String(number)}`);

type Client = ReturnType<typeof legacyClient>;

describe('moving users by the gateway while they write', function () {
  this.timeout(3 * PLATFORM_WITHIN_MS);
  // Each step stands on the one before it.
  this.retries(0);
  let platform: TestPlatform;
  let operator: SendRequest;
  let clients: ReadonlyMap<string, Client>;
  after(() => (platform as TestPlatform | undefined)?.stop());

  before(async () => {
    await leaveGivenEventStore();
    const { url, db } = await createMonolithDatabase();
    closeAfterAllTests(() => db.close());
    await fillWithMessyData(db, { seed: 'gateway', wishes: 600, users: 20, owners: names.map(devUserId) });
    const port = await getPort();
    // How gates judge traffic is tested elsewhere: a busy machine may well be slow here.
    platform = await startPlatform({
      ...besideMonolith(url, port),
      ...PATIENT_TRANSITIONS,
      MIGRATION_ON_BREACH: 'nothing',
      MIGRATION_TOLERANCE: '1000',
    });
    closeAfterAllTests(await serveMonolith(db, port, platform.ports));
    operator = requestsAs(platform, 'olga', ['operator', 'operator:act']);
    clients = new Map(
      await Promise.all(
        names.map(async (name) => [name, legacyClient(platform.url, await platform.token(name))] as const),
      ),
    );
    closeAfterAllTests(async () => {
      await Promise.all([...clients.values()].map((client) => client.close()));
    });
  });

  const at = '/ops/migration/migrations/wishlist';
  const read = async (): Promise<MigrationReply> => migrationReply.parse(await (await operator(at)).json());
  const readAudit = async (): Promise<AuditReply> => auditReply.parse(await (await operator(`${at}/audit`)).json());

  const settle = async (): Promise<MigrationReply> =>
    pollUntil('the transition ends', read, ({ transition }) => transition === null, WITHIN_MS);

  /** Acts until the migration has that state. */
  const move = async (action: 'advance' | 'rollback', state: string, percent: number): Promise<void> => {
    for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt += 1) {
      const reply = await operator(`${at}/${action}`, {
        ...json('POST', { reason: 'planned', ...(action === 'advance' ? { withoutEvidence: true } : {}) }),
        headers: { 'content-type': 'application/json', 'idempotency-key': newId() },
      });
      const body = await reply.text();
      if (reply.status === 409 && body.includes('gate-inconclusive'))
        await pollUntil('the audit ends', readAudit, ({ running }) => !running, WITHIN_MS);
      // A busy machine may not answer in time: what became of it, the migration says.
      else expect(reply.status, body).to.be.oneOf([200, 503]);
      const migration = await settle();
      if (migration.state === state && migration.percent === percent) return;
    }
    expect.fail(`${action} did not reach ${state} ${String(percent)}`);
  };

  const audit = async (): Promise<AuditReply> => {
    await operator(`${at}/audit`, { method: 'POST' });
    return pollUntil('the audit ends', readAudit, ({ running }) => !running, WITHIN_MS);
  };

  const runWriters = () => {
    const stopping = new AbortController();
    const reports = Promise.all(
      [...clients].map(async ([name, client]) => {
        const report = await writeWishes(client, name, { signal: stopping.signal, pauseMs: PAUSE_MS });
        return [name, report] as const;
      }),
    );
    // Awaited at the end; a failure before must not be unhandled until then.
    reports.catch(() => undefined);
    return async (): Promise<ReadonlyMap<string, WriterReport>> => {
      stopping.abort();
      return new Map(await reports);
    };
  };

  const expectWishes = async (client: Client, name: string, { wishes }: WriterReport): Promise<void> => {
    const list = await client.list();
    const titles = new Map(
      list.filter(({ title }) => title.startsWith(`${name} `)).map(({ id, title }) => [id, title]),
    );
    for (const [id, title] of wishes) expect(titles.get(id), `${name}: ${title}`).to.equal(title);
  };

  it('answers by the monolith as long as nothing moves', async () => {
    const [[name, client]] = [...clients] as [[string, Client]];
    const { status, data } = await client.send('POST', '/api/wishlist', { title: `${name} first`, sortOrder: '007' });
    expect(status).to.equal(200);
    expect(data).to.include({ userId: devUserId(name), sortOrder: '007' });
    expect((await client.send('GET', '/api/mocs')).status).to.equal(200);
    expect((await client.send('GET', '/api/anything')).status).to.equal(404);
  });

  it('loses no write while users move to the platform, back, and there again', async () => {
    const stopWriters = runWriters();
    await move('advance', 'capture', 0);
    await pollUntil('all is copied', read, ({ backfill }) => backfill.completed, WITHIN_MS);
    await move('advance', 'shadow', 0);
    await move('advance', 'canary', 1);
    await move('advance', 'canary', 10);
    await move('advance', 'canary', 50);
    await move('rollback', 'shadow', 0);
    for (const percent of [1, 10, 50, 100]) await move('advance', 'canary', percent);
    const reports = await stopWriters();

    let writes = 0;
    for (const [name, report] of reports) {
      writes += report.writes;
      // Nothing but "come back": never an error of a side, and never a wait that a client would give up.
      expect(Object.keys(report.refusals), name).to.have.members(
        Object.keys(report.refusals).filter((s) => s === '503'),
      );
      expect(report.longestMs).to.be.below(6_000);
      await expectWishes(clients.get(name) as Client, name, report);
    }
    expect(writes).to.be.above(WRITERS);
    expect((await audit()).differences).to.deep.equal([]);
  });

  it('answers alike on both sides', async () => {
    const lists = async (): Promise<readonly (readonly object[])[]> =>
      Promise.all([...clients.values()].map(async (client) => comparable(await client.list())));
    const ofPlatform = await lists();
    await move('rollback', 'shadow', 0);
    expect(await lists()).to.deep.equal(ofPlatform);
  });
});

/** Ties of the order come in any order, and the platform knows no time of the last change. */
const comparable = (list: readonly Wish[]): readonly object[] =>
  list.map((wish) => ({ ...wish, updatedAt: '' })).toSorted((first, other) => (first.id < other.id ? -1 : 1));
