import type { EventStreams } from '@lego-moc/application/event-streams';
import type { MocReply } from '../../contracts/http-api.ts';
import type { MocEvent, MocId } from '../../domain/moc-events.ts';
import { evolveRow, type MocRow } from '../../application/moc-row.ts';
import { mocReplyOf } from './moc-reply.ts';

/** The row of a MOC with what every row has. */
export type StoredRow = MocRow & { readonly id: string; readonly revision: bigint };

/** The row of a MOC as its stream has it, by the same fold as the read model. */
export const latestRow =
  (streams: EventStreams<MocEvent>) =>
  async (id: MocId): Promise<StoredRow | undefined> => {
    let row: MocRow | undefined;
    let at = -1n;
    for await (const { event, revision } of streams.recorded(id)) {
      row = evolveRow(row, event);
      at = revision;
    }
    return row === undefined ? undefined : { ...row, id, revision: at };
  };

/** A MOC as its stream has it, as the API shows it. */
export const latestMoc = (streams: EventStreams<MocEvent>) => {
  const rowOf = latestRow(streams);
  return async (mocId: MocId): Promise<MocReply | undefined> => {
    const row = await rowOf(mocId);
    return row === undefined ? undefined : mocReplyOf(mocId, row.revision, row);
  };
};
