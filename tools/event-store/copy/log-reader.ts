import { BACKWARDS, END, FORWARDS, START, type AllStreamRecordedEvent } from '@eventstore/db-client';
import type { EventStoreDBClient } from '@eventstore/db-client';

const PAGE = 2_000;
/** A page arrives whole while its reader is busy, so that reading and what is done with it overlap. */
const BUFFER = { highWaterMark: PAGE };

/** Commit position of the last record of the whole log; `undefined` when the log is empty. */
export const lastPosition = async (client: EventStoreDBClient): Promise<bigint | undefined> => {
  let position: bigint | undefined;
  for await (const { event } of client.readAll({ direction: BACKWARDS, fromPosition: END, maxCount: 1 }))
    position = event?.position.commit;
  return position;
};

/**
 * The records of the whole log in its order, links unresolved, page by page: those after commit position `after` up to
 * and including `until`. Reading is inclusive in the store, so the record at `after` is skipped here.
 */
export async function* readLog(
  client: EventStoreDBClient,
  { after, until }: { readonly after: bigint | undefined; readonly until: bigint },
): AsyncIterable<AllStreamRecordedEvent> {
  let last = after;
  for (;;) {
    let isPageEmpty = true;
    let isPastEnd = false;
    const fromPosition = last === undefined ? START : { commit: last, prepare: last };
    const page = { direction: FORWARDS, fromPosition, maxCount: PAGE } as const;
    for await (const { event } of client.readAll(page, BUFFER)) {
      if (event === undefined || event.position.commit === last) continue;
      isPageEmpty = false;
      // Read to its end, since the client keeps a page that is left early.
      if (event.position.commit > until) isPastEnd = true;
      if (isPastEnd) continue;
      yield event;
      last = event.position.commit;
    }
    if (isPageEmpty || isPastEnd) return;
  }
}

/** Streams of the store itself; the metadata of other streams lies in `$$<stream>` and is none of these. */
export const isSystemStream = (stream: string): boolean =>
  stream.startsWith('$$') ? stream.startsWith('$', 2) : stream.startsWith('$');

/** The stream whose metadata lies in `stream`; `undefined` when it is an ordinary stream. */
export const metadataOwner = (stream: string): string | undefined =>
  stream.startsWith('$$') ? stream.slice(2) : undefined;
