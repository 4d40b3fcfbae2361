import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { UserId } from '@lego-moc/kernel/message';
import { applyEvent, integrationDefinition, type Definition } from '@lego-moc/read-models/definition';
import type { MocPayload } from '@lego-moc/moc-management/contracts/integration-events';
import type { IntegrationProjection } from '@lego-moc/read-models/projection';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { mochaHooks } from '@lego-moc/testing/mocha-hooks';
import {
  FLAGS_FOR_BENCHES,
  hasOpenSearch,
  openSearchForTests,
  OPENSEARCH_ADVICE,
} from '@lego-moc/testing/opensearch-for-tests';
import { openSearchProjections } from '../adapters/opensearch/indexes.ts';
import { postgresProjections } from '../adapters/postgres/indexes.ts';
import { isFault, parseQuery } from '../domain/query.ts';
import { suggest } from '../application/suggest.ts';
import { deliveryOf } from '../testing/index-for-tests.ts';
import { openOpenSearchIndex, openPostgresIndex } from '../testing/open-index.ts';
import { whileDegraded } from './degraded.ts';
import { EVENT_RATE, eventToDelivery, eventToVisible, type EventLoad } from './event-to-visible.ts';
import { atRate, type Latencies } from './load.ts';
import { createRandom, mocFrom, pick, readTitles } from './titles.ts';

const { values: options } = parseArgs({
  options: {
    titles: { type: 'string' },
    mocs: { type: 'string', default: '100000' },
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '50' },
  },
});
if (options.titles === undefined) throw new Error('--titles FILE: a CSV file whose second column has titles');
const titles = await readTitles(options.titles);
const [mocs, seconds, rate] = [options.mocs, options.seconds, options.rate].map(Number) as [number, number, number];

type Index = Awaited<ReturnType<typeof openPostgresIndex>>;

const BATCH = 5_000;
const WARM_UP_S = 5;
const BOB = 'bob' as UserId;
const FACETS = ['theme', 'tag', 'colour', 'year', 'pieces'] as const;
const [ROWS_AIM, SEARCH_AIM_MS, COMPLETE_AIM_MS, VISIBLE_AIM_MS, DEGRADED_AIM_MS] = [2_000, 100, 50, 1_500, 500];
/** Enough to see whether the projection keeps up. */
const VISIBLE_S_MAX = 10;
const random = createRandom(4);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const changeOf = (definition: Definition, moc: ReturnType<typeof mocFrom>) => {
  const event = deliveryOf('moc.updated', moc.mocId, 0n, moc);
  const next = applyEvent(definition, undefined, { id: moc.mocId, revision: 0n }, event);
  if (next === undefined) throw new Error('A living MOC has a row');
  return { previous: undefined, next };
};

/** Rows a second, from events to an index that readers see, as a rebuild does it. */
const fill = async ({ store }: Index, definition: Definition): Promise<number> => {
  const fillRandom = createRandom();
  const startedAt = performance.now();
  await store.build(definition, async (build) => {
    for (let insertCount = 0; insertCount < mocs; insertCount += BATCH)
      await build.insert(
        Array.from({ length: Math.min(BATCH, mocs - insertCount) }, () =>
          changeOf(definition, mocFrom(titles, fillRandom)),
        ),
      );
    await build.index();
    await build.publish(() => Promise.resolve());
  });
  return Math.round(mocs / ((performance.now() - startedAt) / 1_000));
};

/** What people type: two words of a title, the beginning of one, a misspelt one, or a word and filters. */
const queryText = (random: (below: number) => number): string => {
  const words = pick(titles, random)
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2);
  const [first = 'castle', other = ''] = words;
  return [
    `${first} ${other}`,
    `${first} ${other}`,
    first.slice(0, 4),
    `${first.slice(0, 2)}${first.slice(3)}`,
    `${first} theme:city pieces:500..2000`,
  ][random(5)] as string;
};

const queryOf = (text: string) => {
  const query = parseQuery(text);
  if (isFault(query)) throw new Error(query.fault);
  return query;
};

const searchAtRate = ({ index }: Pick<Index, 'index'>, forSeconds = seconds): Promise<Latencies> => {
  const random = createRandom(2);
  return atRate(rate, forSeconds, () =>
    index.find({
      query: queryOf(queryText(random)),
      types: ['moc'],
      by: BOB,
      sort: 'relevance',
      limit: 20,
      facets: FACETS,
    }),
  );
};

const completeAtRate = ({ index }: Index): Promise<Latencies> => {
  const random = createRandom(3);
  return atRate(rate, seconds, () => {
    const title = pick(titles, random);
    return suggest(index, { query: queryOf(title.slice(0, 3 + random(6))), by: BOB, limit: 8 });
  });
};

const show = ({ p50, p95, max, failed }: Latencies): string =>
  `p50 ${p50} ms, p95 ${p95} ms, max ${max} ms, ${failed} failed`;

const showAim = (latencies: Latencies, aimMs: number): string =>
  `${show(latencies)}; aim p95 ${aimMs} ms ${latencies.p95 <= aimMs && latencies.failed === 0 ? 'met' : 'missed'}`;

const { client: eventStore } = await eventStoreForTests();
const load: EventLoad = {
  ...{ client: eventStore, seconds: Math.min(seconds, VISIBLE_S_MAX) },
  mocOf: (title) => mocFrom([title], random),
};

const measure = async <Row extends object>(
  name: string,
  index: Index,
  projection: IntegrationProjection<MocPayload, Row>,
): Promise<void> => {
  const isFound = async (title: string): Promise<boolean> => {
    const search = { query: queryOf(title), types: ['moc'] as const, by: BOB, sort: 'relevance' as const, limit: 1 };
    return (await index.index.find({ ...search, spelling: 'as-spelt' })).documents.length > 0;
  };
  const rowsPerSecond = await fill(index, integrationDefinition(projection));
  print(`${name}, ${mocs} MOCs`);
  print(`  rebuilt at ${rowsPerSecond} rows/s; aim ${ROWS_AIM} ${rowsPerSecond >= ROWS_AIM ? 'met' : 'missed'}`);
  await searchAtRate(index, WARM_UP_S);
  print(`  floor, a request for nothing at ${rate}/s: ${show(await atRate(rate, WARM_UP_S, index.ping))}`);
  print(`  search with facets at ${rate}/s: ${showAim(await searchAtRate(index), SEARCH_AIM_MS)}`);
  print(`  autocomplete at ${rate}/s: ${showAim(await completeAtRate(index), COMPLETE_AIM_MS)}`);
  const visible = await eventToVisible(load, index.store, projection, isFound);
  print(`  event to visible at ${EVENT_RATE}/s: ${showAim(visible, VISIBLE_AIM_MS)}`);
};

print(`${cpus().length} x ${cpus()[0]?.model ?? ''}, load ${loadavg()[0]?.toFixed(1) ?? ''}`);
print(`Floor, event to a subscription that does nothing at ${EVENT_RATE}/s: ${show(await eventToDelivery(load))}`);
const inPostgres = await openPostgresIndex();
await measure('PostgreSQL', inPostgres, postgresProjections.mocs);
if (hasOpenSearch()) {
  await openSearchForTests(FLAGS_FOR_BENCHES);
  const inOpenSearch = await openOpenSearchIndex();
  await measure(`OpenSearch with ${FLAGS_FOR_BENCHES.join(' ')}`, inOpenSearch, openSearchProjections.mocs);
  print('PostgreSQL and results of a moment ago, from when OpenSearch begins to fail');
  await whileDegraded(
    { prefix: inOpenSearch.prefix, fallback: inPostgres.index },
    (index) => searchAtRate({ index }),
    (fault, latencies, degradedShare) =>
      print(
        `  OpenSearch ${fault}: ${showAim(latencies, DEGRADED_AIM_MS)}; ${Math.round(100 * degradedShare)} % degraded`,
      ),
  );
} else print(`No OpenSearch: ${OPENSEARCH_ADVICE}`);
await mochaHooks.afterAll.call({ timeout: () => undefined } as never);
