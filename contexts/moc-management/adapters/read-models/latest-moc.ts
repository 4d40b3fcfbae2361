import type { EventStreams } from '@lego-moc/kernel/event-streams';
import type { MocReply } from '../../contracts/http-api.ts';
import type { MocEvent, MocId } from '../../domain/moc-events.ts';
import { evolveRow, type MocRow } from '../../application/moc-row.ts';
import { mocReplyOf } from './moc-reply.ts';

/** A MOC as its stream has it, by the same fold as the read model. */
export const latestMoc =
  (streams: EventStreams<MocEvent>) =>
  async (mocId: MocId): Promise<MocReply | undefined> => {
    let row: MocRow | undefined;
    let at = -1n;
    for await (const { event, revision } of streams.recorded(mocId)) {
      row = evolveRow(row, event);
      at = revision;
    }
    return row === undefined ? undefined : mocReplyOf(mocId, at, row);
  };
