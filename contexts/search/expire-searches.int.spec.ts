import { expect } from 'chai';
import { commandHandler } from '@lego-moc/application/command-handler';
import { newId } from '@lego-moc/application/new-id';
import { deleteStream } from '@lego-moc/event-store/delete-stream';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import type { EventStreams } from '@lego-moc/application/event-streams';
import type { Instant } from '@lego-moc/kernel/message';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { streamDefinition } from '@lego-moc/read-models/definition';
import { latestRow } from '@lego-moc/read-models/latest-row';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { searchExecutionCodec } from './adapters/event-store/search-execution-codec.ts';
import { expiringSearchesIn, expiringSearchMigration } from './adapters/postgres/expiring-searches.ts';
import { searchExecutions, type SearchExecutionRow } from './adapters/read-models/search-executions.ts';
import { expireSearches } from './application/analytics/expire-searches.ts';
import { searchExecutionDecider } from './domain/analytics/search-execution.ts';
import type { QueryId, SearchExecutionEvent } from './domain/analytics/search-execution-events.ts';

const SCHEMA = 'search_retention';
const NOW = '2026-06-01T12:00:00.000Z' as Instant;
const definition = streamDefinition(searchExecutions, searchExecutionCodec);
const running = new AbortController().signal;

describe('removing old searches', function () {
  this.timeout(60_000);
  let db: Database;
  let streams: EventStreams<SearchExecutionEvent>;
  let sweep: (signal: AbortSignal) => Promise<void>;
  let removals: string[];
  /** Throws before a stream is deleted. */
  let isStoreAway: boolean;

  before(async () => {
    db = openDatabase(await (await postgresForTests()).databaseUrl(SCHEMA), { schema: SCHEMA });
    const { client } = await eventStoreForTests();
    closeAfterAllTests(() => db.close());
    await migrate(db, SCHEMA, [expiringSearchMigration]);
    await postgresReadModels(db).prepare(definition);
    streams = eventStoreDbStreams(client, 'searchExecution', searchExecutionCodec);
    removals = [];
    isStoreAway = false;
    sweep = expireSearches({
      ...{ searches: expiringSearchesIn(db), handle: commandHandler(searchExecutionDecider, streams), days: 90 },
      now: () => NOW,
      deleteSearch: async (queryId) => {
        if (isStoreAway) throw new Error('away');
        removals.push(queryId);
        await deleteStream(client, `searchExecution-${queryId}`);
      },
    });
  });

  /** Brings the row of a search to where its stream is, as the projection does. */
  const project = async (queryId: QueryId): Promise<void> => {
    const [previous] = await postgresReadModels(db).load(definition, 1, [queryId]);
    const { events } = await streams.read(queryId);
    const row = await latestRow(searchExecutions, streams)(queryId);
    const columns = Object.keys(searchExecutions.columns) as (keyof SearchExecutionRow)[];
    const values = row === undefined ? undefined : Object.fromEntries(columns.map((column) => [column, row[column]]));
    const revision = BigInt(events.length - 1);
    const next = { id: queryId, revision, updatedAt: NOW, row: values };
    await postgresReadModels(db).save(definition, 1, [{ previous, next }]);
  };
  const record = async (at: string): Promise<QueryId> => {
    const queryId = newId() as QueryId;
    const query = { queryId, text: 'crane', filters: [], types: ['moc'], sort: 'relevance', page: 'first' as const };
    const data = { ...query, searcher: 7, weight: 1, at: at as Instant };
    const cause = { commandId: newId(), correlationId: newId(), actor: 'search' };
    await streams.append(queryId, [{ type: 'SearchQueryExecuted', data }], 'no-stream', cause);
    await project(queryId);
    return queryId;
  };
  const isShown = async (queryId: QueryId): Promise<boolean> =>
    (await db.oneOrNone('SELECT FROM search_executions WHERE id = $1', [queryId])) !== null;

  it('takes an old search out of the statistics, then deletes its stream, and leaves a younger one', async () => {
    const [old, young] = [await record('2026-03-02T12:00:00.000Z'), await record('2026-03-04T12:00:00.000Z')];
    await sweep(running);
    await sweep(running);
    expect((await streams.read(old)).events.map(({ type }) => type)).to.deep.equal([
      'SearchQueryExecuted',
      'SearchExpired',
    ]);
    expect(removals).to.deep.equal([]);
    await project(old);
    expect([await isShown(old), await isShown(young)]).to.deep.equal([false, true]);

    isStoreAway = true;
    expect(await sweep(running).catch((error: unknown) => error)).to.match(/away/u);
    isStoreAway = false;
    await sweep(running);
    await sweep(running);
    expect(removals).to.deep.equal([old]);
    expect([(await streams.read(old)).events.length, (await streams.read(young)).events.length]).to.deep.equal([0, 1]);
  });

  it('deletes a stream that was never there, or is not any more, without an error', async () => {
    const [queryId, deletion] = [newId(), removals[0]];
    await db.none('INSERT INTO expiring_search VALUES ($1), ($2)', [queryId, deletion]);
    await sweep(running);
    expect(removals.slice(1)).to.have.members([queryId, deletion]);
    expect(await db.any('SELECT FROM expiring_search')).to.deep.equal([]);
  });
});
