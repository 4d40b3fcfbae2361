import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import getPort from 'get-port';
import { pollUntil } from '@lego-moc/application/poll-until';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import type { EvidenceReply } from '@lego-moc/migration/contracts/evidence';
import type { MigrationReply } from '@lego-moc/migration/contracts/http-api';
import type { Database } from '@lego-moc/postgres/database';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { migrationClient, Refusal, type MigrationClient } from '../../tools/migrate/migration-client.ts';
import {
  besideMonolith,
  createMonolithDatabase,
  PATIENT_TRANSITIONS,
  serveMonolith,
} from '../legacy-monolith/beside-platform.ts';
import { fillWithMessyData } from '../legacy-monolith/messy-data.ts';
import { legacyClient } from '../legacy-monolith/writers.ts';
import { leaveGivenEventStore, PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { requestsAs } from './requests.ts';

const READERS = ['ada', 'ben', 'cleo', 'dan'];
const READ_EVERY_MS = 60;
const WITHIN_MS = 120_000;
const NAME = 'wishlist';

describe('gates on the traffic of both sides', function () {
  this.timeout(3 * PLATFORM_WITHIN_MS);
  // Each step stands on the one before it.
  this.retries(0);
  let platform: TestPlatform;
  let db: Database;
  let operator: MigrationClient;
  const stopping = new AbortController();
  let readers: Promise<unknown>;

  before(async () => {
    await leaveGivenEventStore();
    const monolith = await createMonolithDatabase();
    db = monolith.db;
    closeAfterAllTests(() => db.close());
    await fillWithMessyData(db, { seed: 'gates', wishes: 80, users: READERS.length, owners: READERS.map(devUserId) });
    const port = await getPort();
    platform = await startPlatform({
      ...besideMonolith(monolith.url, port),
      ...PATIENT_TRANSITIONS,
      MIGRATION_TOLERANCE: '20',
    });
    closeAfterAllTests(await serveMonolith(db, port, platform.ports));
    const token = await platform.token('olga', ['operator', 'operator:act']);
    operator = await migrationClient({ LEGO_MOC_URL: platform.url, LEGO_MOC_TOKEN: token });
    readers = Promise.all(READERS.map(readOnAndOn));
    readers.catch(() => undefined);
  });
  after(async () => {
    stopping.abort();
    await readers;
    await (platform as TestPlatform | undefined)?.stop();
  });

  const readOnAndOn = async (name: string): Promise<void> => {
    const client = legacyClient(platform.url, await platform.token(name));
    while (!stopping.signal.aborted) {
      await client.send('GET', '/api/wishlist').catch(() => undefined);
      await sleep(READ_EVERY_MS);
    }
    await client.close();
  };

  const read = (): Promise<MigrationReply> => operator.read(NAME);
  const outcomeOf = ({ verdicts }: EvidenceReply, gate: string): string | undefined =>
    verdicts.find((verdict) => verdict.gate === gate)?.outcome;
  const untilGate = (gate: string, outcome: string): Promise<EvidenceReply> =>
    pollUntil(
      `${gate} says ${outcome}`,
      () => operator.readEvidence(NAME),
      (evidence) => outcomeOf(evidence, gate) === outcome,
      WITHIN_MS,
    );
  const untilAllPass = (): Promise<EvidenceReply> =>
    pollUntil(
      'all gates pass',
      () => operator.readEvidence(NAME),
      ({ verdicts }) => verdicts.length > 0 && verdicts.every(({ outcome }) => outcome === 'pass'),
      WITHIN_MS,
    );

  /** Acts until it is there: an audit may have to be waited for. */
  const reach = async (state: MigrationReply['state'], percent: number): Promise<void> => {
    const isThere = (migration: MigrationReply): boolean => migration.state === state && migration.percent === percent;
    for (let attempt = 0; attempt < 20 && !isThere(await read()); attempt += 1) {
      const refusal: unknown = await operator
        .act(NAME, 'advance', { reason: 'planned' })
        .catch((error: unknown) => error);
      if (refusal instanceof Refusal && !/audit/.test(refusal.message)) throw refusal;
      await pollUntil('the transition ends', read, ({ transition }) => transition === null, WITHIN_MS);
    }
    expect(isThere(await read())).to.equal(true);
  };

  const eventsOfGates = async (): Promise<readonly { type: string; data: { actor: string; reason: string } }[]> => {
    const reply = await requestsAs(platform, 'olga', ['operator'])(
      `/ops/migration/streams/migration-${NAME}/events?limit=100`,
    );
    const { events } = (await reply.json()) as {
      events: readonly { type: string; data: { actor: string; reason: string } }[];
    };
    return events.filter(({ data }) => data.actor === 'gate');
  };

  /** Changes a row at the monolith without its triggers seeing it. */
  const changeSecretly = async (name: string, sql: string): Promise<void> => {
    await db.tx(async (transaction) => {
      await transaction.none('ALTER TABLE wishlist_items DISABLE TRIGGER USER');
      await transaction.none(sql, [devUserId(name)]);
      await transaction.none('ALTER TABLE wishlist_items ENABLE TRIGGER USER');
    });
  };

  it('lets nobody advance before both sides were compared often enough', async () => {
    await reach('capture', 0);
    await pollUntil('all is copied', read, ({ backfill }) => backfill.completed, WITHIN_MS);
    await reach('shadow', 0);
    const refusal: unknown = await operator.act(NAME, 'advance', { reason: 'early' }).catch((error: unknown) => error);
    expect(refusal).to.be.instanceOf(Refusal);
    expect((refusal as Refusal).code).to.equal('gate-inconclusive');
  });

  it('finds both sides alike, and lets users move', async () => {
    const { comparisons, legacy, platform: ours } = await untilAllPass();
    expect(comparisons).to.include({ different: 0, foreign: 0 });
    expect(comparisons.alike).to.be.above(100);
    expect(Math.min(legacy.answers, ours.answers)).to.be.above(20);
    await reach('canary', 1);
    await untilAllPass();
    await reach('canary', 10);
  });

  it('goes back by itself when answers differ, and says by how much', async () => {
    await untilAllPass();
    await changeSecretly('ada', `UPDATE wishlist_items SET title = title || '?' WHERE user_id = $1`);
    const migration = await pollUntil('it went back', read, ({ state }) => state === 'shadow', WITHIN_MS);
    expect(migration.held).to.equal(true);
    const events = await eventsOfGates();
    expect(events.map(({ type }) => type.split('.').at(-1))).to.deep.equal(['MigrationHeld', 'TransitionBegun']);
    expect(events[0]?.data.reason).to.match(/^The gate differences failed: \d+ of \d+ answers differ/);
  });

  it('shows where they differ, without values', async () => {
    const { places, examples } = await untilGate('differences', 'fail');
    expect(places.map(({ path, kind }) => `${kind} ${path}`)).to.deep.equal(['value data.items[].title']);
    expect(examples[0]?.request).to.equal('/api/wishlist');
    expect(examples[0]?.differences[0]?.legacy).to.match(/^string\(\d+\) [\da-f]{12}$/);
  });

  it('counts them at the gateway', async () => {
    const metrics = await (await fetch(`${platform.url}/metrics`)).text();
    expect(metrics).to.match(/gateway_compared_reads_total\{[^}]*area="wishlist"[^}]*outcome="alike"[^}]*\} \d+/);
    expect(metrics).to.match(/gateway_compared_reads_total\{[^}]*area="wishlist"[^}]*outcome="different"[^}]*\} \d+/);
  });
});
