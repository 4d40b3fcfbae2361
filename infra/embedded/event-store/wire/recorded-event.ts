import type { StoredEvent } from '../storage/event-log.ts';
import { writeStreamName, writeUuid, type shared } from './shared.ts';

/** The protocol has this message twice, once for streams and once for persistent subscriptions. */
type RecordedEvent = {
  setId(id: shared.UUID): unknown;
  setStreamIdentifier(name: shared.StreamIdentifier): unknown;
  setStreamRevision(revision: string): unknown;
  setPreparePosition(position: string): unknown;
  setCommitPosition(position: string): unknown;
  setCustomMetadata(metadata: Uint8Array): unknown;
  setData(data: Uint8Array): unknown;
  getMetadataMap(): { set(key: string, value: string): unknown };
};

/** Fills `message` with what was stored; `position` is decimal. */
export const writeRecorded = <Message extends RecordedEvent>(
  message: Message,
  event: StoredEvent,
  position: string,
  structuredId: boolean,
): Message => {
  message.setId(writeUuid(event.id, structuredId));
  message.setStreamIdentifier(writeStreamName(event.stream));
  message.setStreamRevision(event.revision.toString());
  message.setPreparePosition(position);
  message.setCommitPosition(position);
  message.setCustomMetadata(event.metadata);
  message.setData(event.data);
  const metadata = message.getMetadataMap();
  metadata.set('type', event.type);
  metadata.set('created', event.created.toString());
  metadata.set('content-type', event.contentType);
  return message;
};
