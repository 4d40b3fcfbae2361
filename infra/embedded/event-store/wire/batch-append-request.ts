import protobuf from 'protobufjs/minimal.js';
import type { ExpectedRevision } from '../storage/event-log.ts';
import { canonicalUuid, uuidOfHalves } from './shared.ts';

/** `id` is undefined where there is no UUID; `structured` tells in which of its two forms it came. */
export type WireUuid = { readonly id: string | undefined; readonly structured: boolean };

/** In milliseconds: an instant since the Unix epoch, or how long it may take. */
export type Deadline = { readonly kind: 'at' | 'within'; readonly ms: number };

export type BatchOptions = {
  readonly stream: string;
  readonly expected: ExpectedRevision | undefined;
  readonly deadline: Deadline | undefined;
};

export type ProposedMessage = {
  readonly id: string | undefined;
  readonly type: string | undefined;
  readonly contentType: string | undefined;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
};

export type BatchAppendRequest = {
  readonly correlation: WireUuid;
  readonly options: BatchOptions | undefined;
  readonly messages: readonly ProposedMessage[];
  readonly isFinal: boolean;
};

type Reader = protobuf.Reader;
type Draft<Message> = { -readonly [Field in keyof Message]: Message[Field] };
/** The reader of each field, by its tag: field number, shifted, with wire type. */
type Fields<Message> = Readonly<Record<number, (message: Draft<Message>, reader: Reader) => void>>;

const [CORRELATION_ID, OPTIONS, MESSAGES, IS_FINAL] = [0x0a, 0x12, 0x1a, 0x20] as const;
const [STREAM, REVISION, NO_STREAM, ANY, STREAM_EXISTS, INSTANT, DURATION] = [
  0x0a, 0x10, 0x1a, 0x22, 0x2a, 0x32, 0x3a,
] as const;
const [ID, SYSTEM_METADATA, METADATA, DATA] = [0x0a, 0x12, 0x1a, 0x22] as const;
const [STREAM_NAME, STRUCTURED, UUID_TEXT, KEY, VALUE] = [0x1a, 0x0a, 0x12, 0x0a, 0x12] as const;
const [FIRST_NUMBER, SECOND_NUMBER] = [0x08, 0x10] as const;

/**
 * Reads a `BatchAppendReq` as the generated classes do, several times as fast, as nearly every append comes as one; and
 * a deadline given as a duration, which those of the client do not know. Throws where the bytes are no message.
 */
export const decodeBatchAppendRequest = (bytes: Uint8Array): BatchAppendRequest => {
  const messages: ProposedMessage[] = [];
  const request = { correlation: NO_UUID, options: undefined, messages, isFinal: false };
  return readFields(protobuf.Reader.create(bytes), bytes.length, request, REQUEST);
};

const readFields = <Message>(
  reader: Reader,
  end: number,
  message: Draft<Message>,
  fields: Fields<Message>,
): Draft<Message> => {
  while (reader.pos < end) {
    const tag = reader.uint32();
    const readField = fields[tag];
    if (readField === undefined) reader.skipType(tag & 7);
    else readField(message, reader);
  }
  if (reader.pos !== end) throw new RangeError('A field reaches beyond its message');
  return message;
};

/** A message within another. */
const readInner = <Message>(reader: Reader, message: Draft<Message>, fields: Fields<Message>): Draft<Message> => {
  const length = reader.uint32();
  return readFields(reader, reader.pos + length, message, fields);
};

const NO_UUID: WireUuid = { id: undefined, structured: false };
const NO_BYTES = new Uint8Array();

const REQUEST: Fields<BatchAppendRequest & { messages: ProposedMessage[] }> = {
  [CORRELATION_ID]: (request, reader) => (request.correlation = readUuid(reader)),
  [OPTIONS]: (request, reader) => {
    request.options = readInner<BatchOptions>(reader, { stream: '', expected: undefined, deadline: undefined }, BATCH);
  },
  [MESSAGES]: (request, reader) => {
    const message = { id: undefined, type: undefined, contentType: undefined, data: NO_BYTES, metadata: NO_BYTES };
    request.messages.push(readInner<ProposedMessage>(reader, message, PROPOSED_MESSAGE));
  },
  [IS_FINAL]: (request, reader) => (request.isFinal = reader.bool()),
};

const BATCH: Fields<BatchOptions> = {
  [STREAM]: (options, reader) => (options.stream = readInner(reader, { name: '' }, IDENTIFIER).name),
  [REVISION]: (options, reader) => (options.expected = readUnsigned(reader)),
  [NO_STREAM]: (options, reader) => expect(options, 'no-stream', reader),
  [ANY]: (options, reader) => expect(options, 'any', reader),
  [STREAM_EXISTS]: (options, reader) => expect(options, 'stream-exists', reader),
  [INSTANT]: (options, reader) => (options.deadline = { kind: 'at', ms: readTime(reader) }),
  [DURATION]: (options, reader) => (options.deadline = { kind: 'within', ms: readTime(reader) }),
};

const expect = (options: Draft<BatchOptions>, expected: ExpectedRevision, reader: Reader): void => {
  readInner(reader, {}, {});
  options.expected = expected;
};

const PROPOSED_MESSAGE: Fields<ProposedMessage> = {
  [ID]: (message, reader) => (message.id = readUuid(reader).id),
  [SYSTEM_METADATA]: (message, reader) => {
    const { key, value } = readInner(reader, { key: '', value: '' }, ENTRY);
    if (key === 'type') message.type = value;
    if (key === 'content-type') message.contentType = value;
  },
  [METADATA]: (message, reader) => (message.metadata = reader.bytes()),
  [DATA]: (message, reader) => (message.data = reader.bytes()),
};

const IDENTIFIER: Fields<{ name: string }> = {
  [STREAM_NAME]: (identifier, reader) => (identifier.name = reader.string()),
};

const ENTRY: Fields<{ key: string; value: string }> = {
  [KEY]: (entry, reader) => (entry.key = reader.string()),
  [VALUE]: (entry, reader) => (entry.value = reader.string()),
};

const readUnsigned = (reader: Reader): bigint => {
  const { hi, lo } = protobuf.util.LongBits.from(reader.uint64());
  return (BigInt(hi) << 32n) | BigInt(lo);
};

const HALVES: Fields<{ most: bigint; least: bigint }> = {
  [FIRST_NUMBER]: (halves, reader) => (halves.most = readUnsigned(reader)),
  [SECOND_NUMBER]: (halves, reader) => (halves.least = readUnsigned(reader)),
};

/** An instant and a duration look alike. */
const TIME: Fields<{ seconds: number; nanoseconds: number }> = {
  [FIRST_NUMBER]: (time, reader) => (time.seconds = protobuf.util.LongBits.from(reader.int64()).toNumber()),
  [SECOND_NUMBER]: (time, reader) => (time.nanoseconds = reader.int32()),
};

const readTime = (reader: Reader): number => {
  const { seconds, nanoseconds } = readInner(reader, { seconds: 0, nanoseconds: 0 }, TIME);
  return seconds * 1_000 + nanoseconds / 1_000_000;
};

const UUID: Fields<WireUuid> = {
  [STRUCTURED]: (uuid, reader) => {
    const { most, least } = readInner(reader, { most: 0n, least: 0n }, HALVES);
    uuid.id = uuidOfHalves(most, least);
    uuid.structured = true;
  },
  [UUID_TEXT]: (uuid, reader) => {
    uuid.id = canonicalUuid(reader.string());
    uuid.structured = false;
  },
};

const readUuid = (reader: Reader): WireUuid => readInner(reader, { ...NO_UUID }, UUID);
