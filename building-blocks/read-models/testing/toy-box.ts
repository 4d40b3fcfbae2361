import { codecFor } from '@lego-moc/event-codec/codec';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import type { EventStreams } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, Message } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import { z } from 'zod';
import type { Projection } from '../projection.ts';
import { postgresReadModels } from '../postgres/postgres-read-models.ts';
import type { ReadModelStore } from '../read-model-store.ts';
import type { Host } from '../run-projection.ts';

/** A box was opened, a brick was put in, the lid was closed for good. */
export type BoxEvent =
  | Message<'BoxOpened', { colour: string; openedAt: Instant }>
  | Message<'BrickAdded', { part: string; studs: number }>
  | Message<'BoxClosed', Record<string, never>>;

export type BoxRow = {
  readonly colour: string;
  readonly opened_at: string;
  readonly parts: readonly string[];
  readonly studs: number;
  readonly label: string | null;
};

export const boxCodec = codecFor<BoxEvent>('toys', {
  BoxOpened: [
    {
      schema: z.object({ colour: z.string(), openedAt: z.iso.datetime().transform((at) => at as Instant) }),
    },
  ],
  BrickAdded: [{ schema: z.object({ part: z.string(), studs: z.int() }) }],
  BoxClosed: [{ schema: z.object({}).transform(() => ({}) as Record<string, never>) }],
});

/** Every box with its bricks. The category is fresh, so that tests do not see each other's boxes. */
export const boxShelf = (category: string): Projection<BoxEvent, BoxRow> => ({
  name: 'box-shelf',
  source: { category },
  columns: { colour: 'text', opened_at: 'timestamptz', parts: 'text[]', studs: 'integer', label: 'jsonb' },
  indexes: ['CREATE INDEX ON $table (colour)'],
  evolve: (row, { event: { type, data } }) => {
    if (type === 'BoxOpened')
      return { colour: data.colour, opened_at: data.openedAt, parts: [], studs: 0, label: null };
    if (row === undefined) return undefined;
    if (type === 'BoxClosed') return undefined;
    return { ...row, parts: [...row.parts, data.part], studs: row.studs + data.studs };
  },
});

export type TallyRow = { readonly bricks: readonly { readonly part: string; readonly count: number }[] };

/** The number of each brick, the one put in last at the end; three of a kind are taken out again. */
export const boxTally = (category: string): Projection<BoxEvent, TallyRow> => ({
  name: 'box-tally',
  source: { category },
  columns: { bricks: { membersBy: 'part' } },
  indexes: [],
  evolve: (row, { event: { type, data } }) => {
    if (type === 'BoxOpened') return { bricks: [] };
    if (row === undefined || type === 'BoxClosed') return undefined;
    const count = 1 + (row.bricks.find(({ part }) => part === data.part)?.count ?? 0);
    const otherBricks = row.bricks.filter(({ part }) => part !== data.part);
    return { bricks: count === 3 ? otherBricks : [...otherBricks, { part: data.part, count }] };
  },
});

export type ToyShop = {
  readonly host: Host;
  readonly client: EventStoreClient;
  readonly db: Database;
  readonly store: ReadModelStore;
  readonly databaseUrl: string;
  readonly category: string;
  readonly streams: EventStreams<BoxEvent>;
};

/** A context of its own: a fresh category of boxes, an empty schema. */
export const openToyShop = async (): Promise<ToyShop> => {
  const [{ client }, postgres] = await Promise.all([eventStoreForTests(), postgresForTests()]);
  const category = `box${newId().replaceAll('-', '')}`;
  const databaseUrl = await postgres.databaseUrl('toys');
  const db = openDatabase(databaseUrl, { schema: 'toys' });
  closeAfterAllTests(() => db.close());
  const store = postgresReadModels(db);
  const host = { client, store, context: `toys-${category}`, logger: silentLogger };
  return { host, client, db, store, databaseUrl, category, streams: eventStoreDbStreams(client, category, boxCodec) };
};

const boxOpened: BoxEvent = {
  type: 'BoxOpened',
  data: { colour: 'red', openedAt: '2026-01-01T12:00:00.000Z' as Instant },
};
const brickAdded = (part: string): BoxEvent => ({ type: 'BrickAdded', data: { part, studs: part.length } });
const boxClosed: BoxEvent = { type: 'BoxClosed', data: {} };
export const box = { opened: boxOpened, added: brickAdded, closed: boxClosed };

export const put = async (
  { streams }: Pick<ToyShop, 'streams'>,
  id: string,
  ...events: BoxEvent[]
): Promise<bigint> => {
  const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
  const revision = await streams.append(id, events, 'any', cause);
  return revision === 'no-stream' ? -1n : revision;
};

/** A digest of all rows that readers see, and of all tombstones. */
export const hashOf = async (db: Database, view = 'box_shelf'): Promise<string> => {
  const { hash } = await db.one<{ hash: string }>(
    `SELECT md5(coalesce(string_agg(to_jsonb(all_rows)::text, '|' ORDER BY stream), '')) AS hash
     FROM (SELECT revisions.id AS stream, revisions.revision AS at, shelf.*
           FROM ${view}_revisions AS revisions LEFT JOIN ${view} AS shelf USING (id)) AS all_rows`,
  );
  return hash;
};
