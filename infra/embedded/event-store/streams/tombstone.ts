import type { EventLog, StoredEvent } from '../storage/event-log.ts';
import { isTombstone } from '../storage/record.ts';

const PAGE_EVENTS = 256;
const PAGE_BYTES = 128 * 1024;

/** The records of a tombstoned stream after a position of the log, up to its tombstone. */
export function* lastRecords(log: EventLog, stream: string, after: bigint): Generator<StoredEvent> {
  let position = after;
  for (;;) {
    const page = log.readAll(position + 1n, 'forwards', PAGE_EVENTS, PAGE_BYTES);
    for (const event of page) {
      if (event.stream === stream) yield event;
      if (event.stream === stream && isTombstone(event)) return;
    }
    const last = page.at(-1);
    if (last === undefined) return;
    position = last.position;
  }
}
