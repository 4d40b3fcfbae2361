import type { EventStreams } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import { latestRow } from '@lego-moc/read-models/latest-row';
import type { MocReply } from '../../contracts/http-api.ts';
import type { MocEvent, MocId } from '../../domain/moc-events.ts';
import { mocCatalogue } from './moc-catalogue.ts';
import { replyFor } from './moc-reply.ts';

/** A MOC from its stream, in the form of the API, as its reader sees it. */
export const latestMoc = (streams: EventStreams<MocEvent>, rowOf = latestRow(mocCatalogue, streams)) => {
  return async (mocId: MocId, reader: UserId, atLeast?: bigint): Promise<MocReply | undefined> => {
    const row = await rowOf(mocId, atLeast);
    return row === undefined ? undefined : replyFor(reader, mocId, row.revision, row);
  };
};
