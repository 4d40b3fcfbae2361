import { refuse } from '@lego-moc/http/problem';
import type { EventStreams } from '@lego-moc/kernel/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { Database } from '@lego-moc/postgres/database';
import { awaitRevision } from '@lego-moc/projections/await-revision';
import type { MocPage, MocReader } from '../../application/ports/moc-reader.ts';
import type { ListMocsQuery } from '../../contracts/http-api.ts';
import type { MocEvent } from '../../domain/moc-events.ts';
import { latestMoc } from './latest-moc.ts';
import type { MocRow } from '../../application/moc-row.ts';
import { mocCatalogue } from './moc-catalogue.ts';
import { mocReplyOf } from './moc-reply.ts';

type StoredRow = MocRow & { readonly id: string; readonly revision: bigint };

/** What a projection usually needs is far less; who waits longer is better served from the stream. */
const CATCH_UP_MS = 300;

const TABLE = 'moc_catalogue';

/** A place in the list: where the last page ended. */
const cursorAt = ({ created_at, id }: StoredRow): string => Buffer.from(`${created_at} ${id}`).toString('base64url');

const CURSOR = /^(\d{4}-\d\d-\d\dT[\d:.]+Z) ([0-9a-f-]{36})$/;

const placeOf = (cursor: string): { readonly createdAt: string; readonly id: string } => {
  const [, createdAt, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString('utf8')) ?? [];
  return createdAt === undefined || id === undefined
    ? refuse(400, 'cursor-invalid', 'A cursor is taken from the page before, unchanged.', {
        errors: [{ pointer: '/query/cursor', detail: 'not a cursor of this list' }],
      })
    : { createdAt, id };
};

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, String.raw`\$&`);

const conditionsFor = (query: ListMocsQuery): readonly string[] => [
  query.scope === 'own' ? 'owner = $<reader>' : "status = 'published'",
  ...(query.status === undefined ? [] : ['status = $<status>']),
  ...(query.theme === undefined ? [] : ['lower(theme) = lower($<theme>)']),
  ...(query.tag === undefined ? [] : ['tags ? $<tag>']),
  ...(query.title === undefined ? [] : ['title ilike $<like>']),
  ...(query.cursor === undefined ? [] : ['(created_at, id) < ($<createdAt>::timestamptz, $<id>)']),
];

/** Reads MOCs from the read model, and single ones from their stream while the read model has not heard of them. */
export const mocReader = (db: Database, streams: EventStreams<MocEvent>): MocReader => {
  const latest = latestMoc(streams);

  return {
    moc: async (mocId, atLeast) => {
      if (atLeast !== undefined && !(await awaitRevision(db, mocCatalogue.name, mocId, atLeast, CATCH_UP_MS))) {
        return latest(mocId);
      }
      const stored = await db.oneOrNone<StoredRow>(`select * from ${TABLE} where id = $1`, [mocId]);
      return stored === null ? latest(mocId) : mocReplyOf(mocId, stored.revision, stored);
    },

    latest,

    mocs: async (reader: UserId, query: ListMocsQuery): Promise<MocPage> => {
      const place = query.cursor === undefined ? {} : placeOf(query.cursor);
      const like = `%${escapeLike(query.title ?? '')}%`;
      const stored = await db.any<StoredRow>(
        `select * from ${TABLE} where ${conditionsFor(query).join(' and ')}
         order by created_at desc, id desc limit $<limit> + 1`,
        { ...query, ...place, reader, like },
      );
      const page = stored.slice(0, query.limit);
      const last = stored.length > query.limit ? page.at(-1) : undefined;
      return {
        mocs: page.map((row) => mocReplyOf(row.id, row.revision, row)),
        nextCursor: last === undefined ? null : cursorAt(last),
      };
    },
  };
};
