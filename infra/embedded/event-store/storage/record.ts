import { crc32 } from 'node:zlib';
import { END, type StoredEvent } from './event-log.ts';

/**
 * Layout, big-endian: checksum u32 · flags u8 · created u64 · id 16 bytes · revision i64 · stream length u32 · type
 * length u32 · data length u32 · stream · type · data · metadata. The checksum covers everything after itself.
 */
const CHECKSUM_BYTES = 4;
const FLAGS_AT = 4;
const CREATED_AT = 5;
const ID_AT = 13;
const REVISION_AT = 29;
const STREAM_LENGTH_AT = 37;
const TYPE_LENGTH_AT = 41;
const DATA_LENGTH_AT = 45;
const HEADER_BYTES = 49;

const FLAG_JSON = 1;

/** The disk returned other bytes than were written, or none. */
export class RecordDamaged extends Error {
  constructor(position: bigint, how = 'does not match its checksum') {
    super(`The record at position ${position.toString()} ${how}`);
    this.name = 'RecordDamaged';
  }
}

export const encodeRecord = (event: Omit<StoredEvent, 'position'>): Buffer => {
  const streamLength = Buffer.byteLength(event.stream);
  const typeLength = Buffer.byteLength(event.type);
  const { data, metadata } = event;
  const record = Buffer.allocUnsafe(HEADER_BYTES + streamLength + typeLength + data.length + metadata.length);
  record[FLAGS_AT] = event.contentType === 'application/json' ? FLAG_JSON : 0;
  record.writeBigUInt64BE(event.created, CREATED_AT);
  record.write(event.id.replaceAll('-', ''), ID_AT, 'hex');
  record.writeBigInt64BE(event.revision, REVISION_AT);
  record.writeUInt32BE(streamLength, STREAM_LENGTH_AT);
  record.writeUInt32BE(typeLength, TYPE_LENGTH_AT);
  record.writeUInt32BE(data.length, DATA_LENGTH_AT);
  let at = HEADER_BYTES;
  at += record.write(event.stream, at);
  at += record.write(event.type, at);
  record.set(data, at);
  record.set(metadata, at + data.length);
  record.writeUInt32BE(crc32(record.subarray(CHECKSUM_BYTES)), 0);
  return record;
};

/** Copies what it needs: `record` may be a view that the next read overwrites. Throws `RecordDamaged`. */
export const decodeRecord = (position: bigint, record: Buffer): StoredEvent => {
  if (!isSound(record)) throw new RecordDamaged(position);
  const typeAt = HEADER_BYTES + record.readUInt32BE(STREAM_LENGTH_AT);
  const dataAt = typeAt + record.readUInt32BE(TYPE_LENGTH_AT);
  const payload = Buffer.from(record.subarray(dataAt));
  const dataLength = record.readUInt32BE(DATA_LENGTH_AT);
  return {
    position,
    stream: record.toString('utf8', HEADER_BYTES, typeAt),
    revision: record.readBigInt64BE(REVISION_AT),
    id: recordId(record),
    type: record.toString('utf8', typeAt, dataAt),
    contentType: record[FLAGS_AT] === FLAG_JSON ? 'application/json' : 'application/octet-stream',
    created: record.readBigUInt64BE(CREATED_AT),
    data: payload.subarray(0, dataLength),
    metadata: payload.subarray(dataLength),
  };
};

/** Whether it is what was written. */
export const isSound = (record: Buffer): boolean =>
  record.length >= HEADER_BYTES && record.readUInt32BE(0) === crc32(record.subarray(CHECKSUM_BYTES));

export const recordId = (record: Buffer): string => {
  const hex = record.toString('hex', ID_AT, REVISION_AT);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** Where a record belongs, even if its content is damaged. Throws `RecordDamaged` where that cannot be told. */
export const recordAddress = (position: bigint, record: Buffer): Pick<StoredEvent, 'stream' | 'revision'> => {
  const streamEnd = HEADER_BYTES + (record.length < HEADER_BYTES ? 0 : record.readUInt32BE(STREAM_LENGTH_AT));
  if (streamEnd > record.length) throw new RecordDamaged(position);
  return {
    stream: record.toString('utf8', HEADER_BYTES, streamEnd),
    revision: record.readBigInt64BE(REVISION_AT),
  };
};

export const recordCreated = (record: Buffer): bigint => record.readBigUInt64BE(CREATED_AT);

/** The type of the record that ends a stream; it stands outside the stream's numbering. */
export const TOMBSTONE_TYPE = '$streamDeleted';
export const isTombstone = ({ type, revision }: StoredEvent): boolean => type === TOMBSTONE_TYPE && revision === END;
