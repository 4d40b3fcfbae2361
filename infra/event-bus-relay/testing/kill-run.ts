import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jsonEvent } from '@eventstore/db-client';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { ensureServiceKeys } from '@lego-moc/auth-middleware/service-keys';
import { inboxMigration } from '@lego-moc/event-bus/inbox';
import { queueName, rabbitMqTransport } from '@lego-moc/event-bus/rabbitmq/rabbitmq-transport';
import { removeNamespace } from '@lego-moc/event-bus/testing/broker-queue';
import { boxFilled } from '@lego-moc/event-bus/testing/sample-events';
import { appendEvents } from '@lego-moc/event-store/append-events';
import { silentLogger } from '@lego-moc/logger/logger';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { rabbitMqForTests, type KillableBroker } from '@lego-moc/testing/rabbitmq-for-tests';
import { openDatabase } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';

export type KillRunOptions = {
  readonly streams: number;
  readonly eventsPerStream: number;
  /** How often the relay, the consumer or both are killed, about evenly over the run. */
  readonly kills: number;
  /** A broker that is killed and started again half as often as the processes, instead of the tests' own. */
  readonly broker?: KillableBroker | undefined;
  readonly report?: (line: string) => void;
};

export type KillRunResult = {
  /** The numbers in the order of their effects, by stream. */
  readonly effects: ReadonlyMap<string, readonly number[]>;
  readonly kills: { readonly relay: number; readonly consumer: number };
  readonly seconds: number;
};

const SCHEMA = 'bus_kills';
const SUBSCRIBER = 'killed-subscriber';
const BATCH = 25;
/** Events that are announced and have no effect yet: both processes are at work when they are killed. */
const OUTSTANDING_MAX = 400;
const WITHIN_MS = 1_800_000;

type Victim = { readonly kill: () => void; readonly kills: () => number; readonly stop: () => Promise<void> };

/** A process that is started again whenever it is killed. */
const victim = (start: () => ChildProcess): Victim => {
  let isStopping = false;
  let kills = 0;
  let child = start();
  const run = async (): Promise<void> => {
    for (;;) {
      await once(child, 'exit');
      if (isStopping) return;
      child = start();
    }
  };
  const running = run();
  return {
    kill: () => {
      child.kill('SIGKILL');
      kills += 1;
    },
    kills: () => kills,
    stop: async () => {
      isStopping = true;
      child.kill('SIGKILL');
      await running;
    },
  };
};

/** Kills one of two processes, or both, and half of the time the broker, which is started again. */
const killSome = async ([first, second]: readonly [Victim, Victim], broker?: KillableBroker): Promise<void> => {
  const choice = Math.random();
  if (choice < 0.67) first.kill();
  if (choice > 0.33) second.kill();
  if (broker === undefined || Math.random() < 0.5) return;
  await broker.kill();
  await broker.start();
};

const entry = (name: string): string => join(import.meta.dirname, name);

/** Publishes numbered events while the relay and a consumer are killed at random, until every event has its effect. */
export const runKills = async ({
  streams,
  eventsPerStream,
  kills,
  broker,
  report = () => undefined,
}: KillRunOptions): Promise<KillRunResult> => {
  const { url: eventStoreUrl, client } = await eventStoreForTests();
  const url = broker?.url ?? (await rabbitMqForTests());
  const databaseUrl = await (await postgresForTests()).databaseUrl(SCHEMA);
  const db = openDatabase(databaseUrl, { schema: SCHEMA });
  await migrate(db, SCHEMA, [inboxMigration]);
  await db.none('CREATE TABLE effect (sequence bigserial, source text, number int)');
  const folder = await mkdtemp(join(tmpdir(), 'bus-kills-'));
  await ensureServiceKeys(folder, ['neighbour']);
  const namespace = `kills-${newId()}`;
  const streamPrefix = `integration-${newId()}`;
  const total = streams * eventsPerStream;

  const relayEnv = {
    ...process.env,
    ...{ PORT: '0', EVENTSTORE_URL: eventStoreUrl, SERVICE_JWKS_PATH: join(folder, 'services.jwks.json') },
    ...{ EVENT_BUS_URL: url, EVENT_BUS_NAMESPACE: namespace, EVENT_BUS_STREAM_PREFIX: streamPrefix },
  };
  // A queue keeps what is published after it was declared.
  const queue = rabbitMqTransport({ url, namespace, logger: silentLogger }).consume(
    { queue: SUBSCRIBER, patterns: ['#'], prefetch: 1 },
    () => new Promise(() => undefined),
  );
  await pollUntil('the queue is declared', () => queue.state() === 'live');
  await queue.stop();

  const startedAt = performance.now();
  const relay = victim(() => fork(entry('../main.ts'), [], { env: relayEnv, stdio: 'ignore' }));
  const args = [url, namespace, databaseUrl, SCHEMA];
  const consumer = victim(() => fork(entry('consumer-process.ts'), args, { stdio: 'ignore' }));

  let announcedPerStream = 0;
  const announceMore = async (): Promise<void> => {
    const from = announcedPerStream + 1;
    announcedPerStream = Math.min(eventsPerStream, announcedPerStream + BATCH);
    for (let index = 0; index < streams; index += 1) {
      const events = Array.from({ length: announcedPerStream - from + 1 }, (_, offset) => {
        const data = boxFilled(from + offset, `source-${index}`);
        return jsonEvent({ id: data.eventId, type: data.eventType, data });
      });
      await appendEvents(client, `${streamPrefix}-${index}`, events, 'any');
    }
  };
  const countEffects = async (): Promise<number> =>
    Number((await db.one<{ count: bigint }>('SELECT count(*) AS count FROM effect')).count);

  try {
    const gap = total / (kills + 1);
    let killAt = Math.random() * 2 * gap;
    for (let count = 0; count < total; count = await countEffects()) {
      if (performance.now() - startedAt > WITHIN_MS) throw new Error(`${count} of ${total} effects`);
      if (announcedPerStream < eventsPerStream && announcedPerStream * streams - count < OUTSTANDING_MAX)
        await announceMore();
      if (count >= killAt) {
        await killSome([relay, consumer], broker);
        killAt = Math.max(count, killAt) + Math.random() * 2 * gap;
        report(
          `${count} of ${total} effects, ${relay.kills()} kills of the relay, ${consumer.kills()} of the consumer`,
        );
      }
      await sleep(Math.random() * 30);
    }
    await Promise.all([relay.stop(), consumer.stop()]);
    const rows = await db.any<{ source: string; number: number }>(
      'SELECT source, number FROM effect ORDER BY sequence',
    );
    const effects = new Map(
      [...Map.groupBy(rows, ({ source }) => source)].map(([source, own]) => [source, own.map(({ number }) => number)]),
    );
    const counts = { relay: relay.kills(), consumer: consumer.kills() };
    return { effects, kills: counts, seconds: (performance.now() - startedAt) / 1_000 };
  } finally {
    await Promise.all([relay.stop(), consumer.stop()]);
    await db.close();
    await removeNamespace(url, namespace, [queueName(namespace, SUBSCRIBER)]);
    await rm(folder, { recursive: true, force: true });
  }
};
