import type { EventStreams } from '@lego-moc/application/event-streams';
import { stateCache, type FoldedState } from '@lego-moc/application/state-cache';
import type { Projection } from './projection.ts';

/** A row with the columns that every row of a read model has. */
export type StoredRow<Row, Id extends string = string> = Row & { readonly id: Id; readonly revision: bigint };

/** Rows that were read a moment ago. In characters of JSON. */
const ROWS_BYTES_MAX = 4 * 1024 * 1024;

/**
 * The row of a stream as it is at this moment, by the same fold as the read model; reads only the events since the last
 * time. For readers of their own writes: a row whose revision is lower than the demanded one is behind its stream. With
 * `atLeast`, a row of that revision or a later one that was read before is returned without reading the stream.
 */
export const latestRow = <Event, Row extends object>(
  { evolve }: Pick<Projection<Event, Row>, 'evolve'>,
  streams: Pick<EventStreams<Event>, 'readEvents'>,
): (<Id extends string>(id: Id, atLeast?: bigint) => Promise<StoredRow<Row, Id> | undefined>) => {
  const rows = stateCache<Row | undefined>(ROWS_BYTES_MAX);
  return async (id, atLeast) => {
    let { state: row, revision }: FoldedState<Row | undefined> = rows.get(id) ?? {
      state: undefined,
      revision: 'no-stream',
    };
    if (atLeast !== undefined && revision !== 'no-stream' && revision >= atLeast)
      return row === undefined ? undefined : { ...row, id, revision };
    for await (const recordedEvent of streams.readEvents(id, revision === 'no-stream' ? 0n : revision + 1n)) {
      row = evolve(row, recordedEvent);
      revision = recordedEvent.revision;
    }
    rows.put(id, { state: row, revision });
    return row === undefined || revision === 'no-stream' ? undefined : { ...row, id, revision };
  };
};
