import type { Gatekeeper } from '../security/gatekeeper.ts';
import type { EventLog } from '../storage/event-log.ts';
import type { StreamsServer } from '../wire/streams.ts';
import { appendHandler } from './append.ts';
import { batchAppendHandler } from './batch-append.ts';
import { deleteHandler, tombstoneHandler } from './delete.ts';
import { readHandler } from './read.ts';

/** `event_store.client.streams.Streams` over an event log. */
export const streamsService = (log: EventLog, gate: Gatekeeper): StreamsServer => ({
  read: readHandler(log, gate),
  append: appendHandler(log, gate),
  batchAppend: batchAppendHandler(log, gate),
  delete: deleteHandler(log, gate),
  tombstone: tombstoneHandler(log, gate),
});
