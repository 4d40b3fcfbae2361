import type { EventStreams } from '@lego-moc/application/event-streams';
import { stateCache, type Folded } from '@lego-moc/application/state-cache';
import type { MocReply } from '../../contracts/http-api.ts';
import type { MocEvent, MocId } from '../../domain/moc-events.ts';
import { evolveRow, type MocRow } from '../../application/moc-row.ts';
import { mocReplyOf } from './moc-reply.ts';

/** The row of a MOC with the columns that every row has. */
export type StoredRow = MocRow & { readonly id: MocId; readonly revision: bigint };

/** Rows of MOCs that were read or written a moment ago. In characters of JSON. */
const ROWS_BYTES_MAX = 4 * 1024 * 1024;

/** The row of a MOC from its stream, by the same fold as the read model; reads only the events since the last time. */
export const latestRow = (streams: EventStreams<MocEvent>) => {
  const rows = stateCache<MocRow | undefined>(ROWS_BYTES_MAX);
  return async (id: MocId): Promise<StoredRow | undefined> => {
    let { state: row, revision }: Folded<MocRow | undefined> = rows.get(id) ?? {
      state: undefined,
      revision: 'no-stream',
    };
    for await (const recorded of streams.recorded(id, revision === 'no-stream' ? 0n : revision + 1n)) {
      row = evolveRow(row, recorded.event);
      revision = recorded.revision;
    }
    rows.put(id, { state: row, revision });
    return row === undefined || revision === 'no-stream' ? undefined : { ...row, id, revision };
  };
};

/** A MOC from its stream, in the form of the API. */
export const latestMoc = (streams: EventStreams<MocEvent>, rowOf = latestRow(streams)) => {
  return async (mocId: MocId): Promise<MocReply | undefined> => {
    const row = await rowOf(mocId);
    return row === undefined ? undefined : mocReplyOf(mocId, row.revision, row);
  };
};
