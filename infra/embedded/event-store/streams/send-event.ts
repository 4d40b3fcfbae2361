import type { EventLog, StoredEvent, StreamState } from '../storage/event-log.ts';
import type { ReadResponse } from '../wire/streams.ts';
import type { ReadQuery } from './read-request.ts';
import type { ResponseWriter } from './response-writer.ts';
import { eventResponse } from './responses.ts';

export type EventWriter = ResponseWriter<ReadResponse>;

/** Writes an event as the query asks for it, with its link resolved or not. */
export const sendEvent = (log: EventLog, query: ReadQuery, event: StoredEvent, writer: EventWriter): void => {
  const resolvedEvent = query.resolveLinks ? log.resolveLink(event) : { event, link: undefined };
  writer.write(eventResponse(resolvedEvent, event.position, query.structuredIds), contentBytes(resolvedEvent.event));
};

const contentBytes = (event: StoredEvent | undefined): number =>
  event === undefined ? 0 : event.data.length + event.metadata.length;

/** False for a stream that never existed, was deleted, or has metadata only: readers are told that it is not there. */
export const hasEvents = ({ lastRevision, softDeleted }: StreamState): boolean => lastRevision >= 0n && !softDeleted;
