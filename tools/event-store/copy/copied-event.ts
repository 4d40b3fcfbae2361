import { isDeepStrictEqual } from 'node:util';
import { binaryEvent, jsonEvent, type EventData, type RecordedEvent } from '@eventstore/db-client';

/**
 * The original time of an event, in the metadata of its copy: the target stamps every record with the time of copying.
 */
export const ORIGINAL_TIME = 'recordedAt';

type Metadata = Record<string, unknown>;

const isJsonObject = (value: unknown): value is Metadata =>
  typeof value === 'object' && value !== null && !ArrayBuffer.isView(value) && !Array.isArray(value);

/** Whether the metadata of `event` has room for the original time; bytes of an unknown format do not. */
export const keepsTime = ({ metadata }: Pick<RecordedEvent, 'metadata'>): boolean =>
  metadata === undefined || isJsonObject(metadata) || (ArrayBuffer.isView(metadata) && metadata.byteLength === 0);

const metadataOf = (event: RecordedEvent): Metadata | Uint8Array => {
  if (!keepsTime(event)) return event.metadata as unknown as Uint8Array;
  const metadata: Metadata = isJsonObject(event.metadata) ? event.metadata : {};
  return ORIGINAL_TIME in metadata ? metadata : { ...metadata, [ORIGINAL_TIME]: event.created.toISOString() };
};

const encoder = new TextEncoder();

/** The client sends bytes as they are and objects by way of base64, which costs more than twice as much. */
const encode = (metadata: Metadata | Uint8Array): Uint8Array =>
  isJsonObject(metadata) ? encoder.encode(JSON.stringify(metadata)) : metadata;

/** The copy of a recorded event: same id, type, data and metadata, with the time at which it was first recorded. */
export const copyOf = (event: RecordedEvent): EventData => {
  const common = { id: event.id, type: event.type, metadata: encode(metadataOf(event)) };
  return event.isJson ? jsonEvent({ ...common, data: event.data }) : binaryEvent({ ...common, data: event.data });
};

/** A rough size in bytes, to keep appends below the limit of the store. */
export const sizeOf = (event: RecordedEvent): number =>
  event.isJson ? JSON.stringify(event.data).length : event.data.byteLength;

/** The difference between a record and its copy, as a word for a report; `undefined` when there is none. */
export const differenceOf = (source: RecordedEvent, copy: RecordedEvent): string | undefined => {
  if (source.streamId !== copy.streamId) return 'stream';
  if (source.revision !== copy.revision) return 'revision';
  if (source.id !== copy.id) return 'id';
  if (source.type !== copy.type) return 'type';
  if (!isDeepStrictEqual(source.data, copy.data)) return 'data';
  const expected = metadataOf(source);
  return isDeepStrictEqual(
    isJsonObject(expected) ? expected : Buffer.from(expected),
    isJsonObject(copy.metadata) ? copy.metadata : Buffer.from((copy.metadata ?? []) as Uint8Array),
  )
    ? undefined
    : 'metadata';
};
