import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { newId } from '@lego-moc/application/new-id';
import { copyRows } from '@lego-moc/postgres/copy';
import { catchUp } from '@lego-moc/event-store/catch-up';
import { mochaHooks } from '@lego-moc/testing/mocha-hooks';
import { streamDefinition } from '../definition.ts';
import { rebuildReadModel } from '../rebuild.ts';
import { box, boxCodec, boxShelf, openToyShop, type ToyShop } from '../testing/toy-box.ts';

/**
 * Measures how fast a read model is rebuilt from 100,000 events, beside the fastest copy of the same rows into the same
 * database (COPY) and the fastest read of the events from the store, all in one run. Rounds alternate; medians are
 * shown.
 */
const EVENTS = 100_000;
const EVENTS_PER_STREAM = 10;
const ROUNDS = 3;

const fill = async ({ client, category }: ToyShop): Promise<void> => {
  const streams = EVENTS / EVENTS_PER_STREAM;
  const bricks = Array.from({ length: EVENTS_PER_STREAM - 1 }, (_, brick) => box.added(`part-${brick}`));
  const events = [box.opened, ...bricks].map((event) => boxCodec.encode(event));
  const AT_ONCE = 100;
  for (let doneCount = 0; doneCount < streams; doneCount += AT_ONCE) {
    await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        client.appendToStream(
          `${category}-${newId()}`,
          events.map((event) => jsonEvent(event)),
          { expectedRevision: NO_STREAM },
        ),
      ),
    );
  }
};

type Cost = { readonly seconds: number; readonly cpuSeconds: number };

/** Wall-clock time, which other programs make longer, and the CPU time of this process, which they hardly affect. */
const costOf = async (work: () => Promise<unknown>): Promise<Cost> => {
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - began) / 1_000, cpuSeconds: (user + system) / 1_000_000 };
};

const median = (numbers: readonly number[]): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;

const line = (label: string, costs: readonly Cost[]): string => {
  const rate = Math.round(EVENTS / median(costs.map(({ seconds }) => seconds))).toLocaleString('en');
  const cpuUs = (median(costs.map(({ cpuSeconds }) => cpuSeconds)) / EVENTS) * 1_000_000;
  return `${label.padEnd(32)}${rate.padStart(9)} events/s ${cpuUs.toFixed(1).padStart(6)} µs of our CPU an event`;
};

/** In a process of its own, as in production: within this one it would compete for the measured thread. */
const startStore = async (): Promise<ChildProcess> => {
  const main = fileURLToPath(import.meta.resolve('@lego-moc/embedded-event-store/main'));
  const store = fork(main, ['--mem', '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  const [output] = (await once(store.stdout ?? store, 'data')) as [Buffer];
  process.env['TEST_EVENTSTORE_URL'] = /esdb:\S+/.exec(output.toString())?.[0];
  return store;
};

const store = process.env['TEST_EVENTSTORE_URL'] === undefined ? await startStore() : undefined;
const shop = await openToyShop();
const definition = streamDefinition(boxShelf(shop.category), boxCodec);
await shop.store.prepare(definition);
const filling = await costOf(() => fill(shop));
const load = loadavg()[0]?.toFixed(1) ?? '?';
console.log(`${EVENTS.toLocaleString('en')} events, ${cpus().length} CPUs, load ${load}, medians of ${ROUNDS} rounds`);
console.log(line('append (10 an append)', [filling]));

await shop.db.none('CREATE TABLE raw_copy (id text, revision bigint, type text, data jsonb, recorded_at timestamptz)');
const copy = async (): Promise<void> => {
  await shop.db.none('TRUNCATE raw_copy');
  const at = new Date().toISOString();
  const rows = function* () {
    for (let row = 0; row < EVENTS; row += 1) yield [newIdLike(row), row % 10, 'toys.BrickAdded', SAMPLE, at] as const;
  };
  await copyRows(shop.db, 'raw_copy', ['id', 'revision', 'type', 'data', 'recorded_at'], rows());
};
const SAMPLE = { part: 'part-1', studs: 6 };
const newIdLike = (row: number): string => `0190abcd-0000-7000-8000-${String(row).padStart(12, '0')}`;

const read = async (): Promise<void> => {
  let events = 0;
  for await (const event of catchUp(shop.client, {
    source: { streamPrefixes: [`${shop.category}-`] },
    from: 'start',
  }))
    events += event.revision >= 0n ? 1 : 0;
  if (events !== EVENTS) throw new Error(`Read ${events} events`);
};

const rebuild = async (): Promise<void> => {
  const { events, rows } = await rebuildReadModel(shop.client, shop.store, definition);
  if (events !== EVENTS || rows !== EVENTS / EVENTS_PER_STREAM)
    throw new Error(`Rebuilt ${rows} rows of ${events} events`);
};

const costs = { copy: [] as Cost[], read: [] as Cost[], rebuild: [] as Cost[] };
for (let round = 1; round <= ROUNDS; round += 1) {
  costs.copy.push(await costOf(copy));
  costs.read.push(await costOf(read));
  costs.rebuild.push(await costOf(rebuild));
}
const wall = (of: readonly Cost[]): number => median(of.map(({ seconds }) => seconds));
console.log(line('raw COPY (a row an event)', costs.copy));
console.log(line('read from the event store', costs.read));
console.log(line('rebuild of the read model', costs.rebuild));
console.log(`rebuild is ${((wall(costs.copy) / wall(costs.rebuild)) * 100).toFixed(0)} % of raw COPY`);
await mochaHooks.afterAll.call({ timeout: () => undefined } as never);
store?.kill('SIGTERM');
