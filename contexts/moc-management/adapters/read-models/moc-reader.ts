import type { EventStreams } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { Database } from '@lego-moc/postgres/database';
import { latestRow } from '@lego-moc/read-models/latest-row';
import { ownColumns } from '@lego-moc/read-models/postgres/members';
import type { MocPage, MocReader } from '../../application/ports/moc-reader.ts';
import type { ListMocsQuery } from '../../contracts/http-api.ts';
import type { OwnWrites } from '../../application/own-writes.ts';
import type { MocEvent, MocId } from '../../domain/moc-events.ts';
import { latestMoc } from './latest-moc.ts';
import { mocCatalogue, type StoredMoc } from './moc-catalogue.ts';
import { mocReplyOf, publicReplyOf, replyFor } from './moc-reply.ts';
import { cursorAt, placeOf } from './place-cursor.ts';

const TABLE = 'moc_catalogue';

const escapeLike = (text: string): string => text.replace(/[\\%_]/g, String.raw`\$&`);

/** An expression for a column of the owner's draft, or of the last published version. */
type ColumnOf = { readonly text: (name: string) => string; readonly json: (name: string) => string };

const DRAFT_COLUMN: ColumnOf = { text: (name) => name, json: (name) => name };
const PUBLISHED_COLUMN: ColumnOf = { text: (name) => `published->>'${name}'`, json: (name) => `published->'${name}'` };

const isSame = (expression: string, name: string): string => `lower(${expression}) = lower($<${name}>)`;

/** The conditions of filters by what is said about a MOC or set. Older tags are stored as they were sent. */
const DETAILS = {
  type: ({ text }: ColumnOf) => `${text('type')} = $<type>`,
  theme: ({ text }: ColumnOf) => isSame(text('theme'), 'theme'),
  subtheme: ({ text }: ColumnOf) => isSame(text('subtheme'), 'subtheme'),
  author: ({ text }: ColumnOf) => isSame(text('author'), 'author'),
  tag: ({ json }: ColumnOf) => `lower((${json('tags')})::text)::jsonb ? $<tag>`,
  title: ({ text }: ColumnOf) => `${text('title')} ilike $<like>`,
  brand: ({ json }: ColumnOf) => isSame(`${json('set_details')}->>'brand'`, 'brand'),
  setNumber: ({ json }: ColumnOf) => isSame(`${json('set_details')}->>'number'`, 'setNumber'),
  releaseYear: ({ json }: ColumnOf) => `(${json('set_details')}->>'releaseYear')::int = $<releaseYear>`,
  retired: ({ json }: ColumnOf) => `(${json('set_details')}->>'retired')::boolean = $<retired>`,
} as const;

const conditionsFor = (query: ListMocsQuery): readonly string[] => [
  query.scope === 'own' ? 'owner = $<reader>' : "status = 'published'",
  ...(query.status === undefined ? [] : ['status = $<status>']),
  ...Object.entries(DETAILS).flatMap(([name, condition]) =>
    query[name as keyof typeof DETAILS] === undefined
      ? []
      : [condition(query.scope === 'own' ? DRAFT_COLUMN : PUBLISHED_COLUMN)],
  ),
  ...(query.cursor === undefined ? [] : ['(created_at, id) < ($<at>::timestamptz, $<id>)']),
];

const COLUMNS = ['id', 'revision', ...Object.keys(mocCatalogue.columns)].join(', ');
const TYPED_COLUMNS = ['id text', 'revision bigint', ...ownColumns(mocCatalogue).map((of) => of.join(' '))].join(', ');

/** All MOCs: the given rows replace those of the read model. */
const WITH_FRESH = `(
  select ${COLUMNS} from ${TABLE} where id <> all($<behind>)
  union all
  select ${COLUMNS} from jsonb_to_recordset($<fresh>::jsonb) as fresh (${TYPED_COLUMNS})
) mocs`;

/**
 * Reads MOCs from the read model, and from their streams where the read model is behind the writes of this process:
 * users read their own writes.
 */
export const mocReader = (db: Database, streams: EventStreams<MocEvent>, writes: OwnWrites): MocReader => {
  const rowOf = latestRow(mocCatalogue, streams);
  const latest = latestMoc(streams, rowOf);

  /** The reader's MOCs for which the read model is behind. */
  const behindFor = async (reader: UserId): Promise<readonly MocId[]> => {
    const ownWrites = writes.of(reader);
    if (ownWrites.size === 0) return [];
    const revisions = await db.any<{ id: MocId; revision: bigint }>(
      `select id, revision from ${TABLE}_revisions where id = any($<ids>)`,
      { ids: [...ownWrites.keys()] },
    );
    for (const { id, revision } of revisions) writes.caughtUp(id, revision);
    return [...writes.of(reader).keys()];
  };

  const source = async (reader: UserId) => {
    const behind = await behindFor(reader);
    if (behind.length === 0) return { mocs: TABLE };
    const rows = await Promise.all(behind.map((mocId) => rowOf(mocId, writes.revisionOf(mocId))));
    const fresh = rows.flatMap((row) => (row === undefined ? [] : [{ ...row, revision: String(row.revision) }]));
    return { mocs: WITH_FRESH, behind, fresh: JSON.stringify(fresh) };
  };

  return {
    moc: async (mocId, reader, atLeast = 0n) => {
      const row = await db.oneOrNone<StoredMoc>(`select * from ${TABLE} where id = $1`, [mocId]);
      if (row === null) return latest(mocId, reader);
      const writtenRevision = writes.revisionOf(mocId) ?? 0n;
      const demandedRevision = writtenRevision > atLeast ? writtenRevision : atLeast;
      return row.revision < demandedRevision
        ? latest(mocId, reader, demandedRevision)
        : replyFor(reader, mocId, row.revision, row);
    },

    latest,

    mocs: async (reader: UserId, query: ListMocsQuery): Promise<MocPage> => {
      const place = query.cursor === undefined ? {} : placeOf(query.cursor);
      const like = `%${escapeLike(query.title ?? '')}%`;
      const { mocs, ...parameters } = await source(reader);
      const rows = await db.any<StoredMoc>(
        `select * from ${mocs} where ${conditionsFor(query).join(' and ')}
         order by created_at desc, id desc limit $<limit> + 1`,
        { ...query, ...place, ...parameters, reader, like },
      );
      const page = rows.slice(0, query.limit);
      const replyOf = query.scope === 'own' ? mocReplyOf : publicReplyOf;
      const replyIn = (row: StoredMoc) => replyOf(row.id, row.revision, row);
      const last = rows.length > query.limit ? page.at(-1) : undefined;
      return {
        mocs: page.flatMap((row) => replyIn(row) ?? []),
        nextCursor: last === undefined ? null : cursorAt({ at: last.created_at, id: last.id }),
      };
    },
  };
};
