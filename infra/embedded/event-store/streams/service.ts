import type { Authorizer } from '../security/authorizer.ts';
import type { EventLog } from '../storage/event-log.ts';
import type { StreamsServer } from '../wire/streams.ts';
import { appendHandler } from './append.ts';
import { batchAppendHandler } from './batch-append.ts';
import { deleteHandler, tombstoneHandler } from './delete.ts';
import { readHandler } from './read.ts';
import { unfinishedAppends } from './unfinished-appends.ts';

/** `event_store.client.streams.Streams` over an event log. */
export const streamsService = (log: EventLog, authorizer: Authorizer): StreamsServer => {
  const unfinishedWrites = unfinishedAppends();
  return {
    read: readHandler(log, authorizer),
    append: appendHandler(log, authorizer, unfinishedWrites),
    batchAppend: batchAppendHandler(log, authorizer, unfinishedWrites),
    delete: deleteHandler(log, authorizer),
    tombstone: tombstoneHandler(log, authorizer),
  };
};
