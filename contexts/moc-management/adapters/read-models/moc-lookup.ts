import type { EventStreams } from '@lego-moc/application/event-streams';
import type { Queries } from '@lego-moc/postgres/database';
import type { OwnWrites } from '../../application/own-writes.ts';
import type { LookUpMocs } from '../../application/ports/moc-reader.ts';
import type { MocEvent } from '../../domain/moc-events.ts';
import { latestMoc } from './latest-moc.ts';
import type { StoredMoc } from './moc-catalogue.ts';
import { replyFor } from './moc-reply.ts';

/** Looks MOCs up in the read model by one query; those that this process wrote since, in their streams. */
export const mocLookup = (db: Pick<Queries, 'any'>, streams: EventStreams<MocEvent>, writes: OwnWrites): LookUpMocs => {
  const latest = latestMoc(streams);

  return async (mocIds, reader) => {
    const rows = await db.any<StoredMoc>('SELECT * FROM moc_catalogue WHERE id = ANY($1)', [mocIds]);
    const revisions = new Map(rows.map(({ id, revision }) => [id, revision]));
    const behind = mocIds.filter((mocId) => (revisions.get(mocId) ?? -1n) < (writes.revisionOf(mocId) ?? -1n));
    const replies = rows
      .filter(({ id }) => !behind.some((mocId) => mocId === id))
      .map((row) => replyFor(reader, row.id, row.revision, row));
    const latestReplies = await Promise.all(behind.map((mocId) => latest(mocId, reader)));
    return [...replies, ...latestReplies].filter((reply) => reply !== undefined);
  };
};
