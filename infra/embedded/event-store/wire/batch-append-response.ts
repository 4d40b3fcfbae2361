import type { ExpectedRevision } from '../storage/event-log.ts';
import { putBytes, putLength, putNumber, putText } from './backward-encoding.ts';
import type { EncodedMessage } from './read-event.ts';
import { writeUuid } from './shared.ts';

/** The fields that every response repeats, so that the client can match it to its append. */
export type BatchAddress = {
  readonly correlationId: string;
  readonly structuredId: boolean;
  readonly stream: string;
  readonly expected: ExpectedRevision;
};

const [CORRELATION_ID, SUCCESS, STREAM, EXPECTED_REVISION] = [0x0a, 0x1a, 0x22, 0x28] as const;
const EXPECTED = { 'no-stream': 0x32, any: 0x3a, 'stream-exists': 0x42 } as const;
const [REVISION, NO_STREAM, POSITION, NO_POSITION, COMMIT, PREPARE] = [0x08, 0x12, 0x1a, 0x22, 0x08, 0x10] as const;
const [UUID_TEXT, STREAM_NAME] = [0x12, 0x1a] as const;

/** More than an answer takes beside the name of the stream, of which a UTF-16 unit takes at most three bytes. */
const OVERHEAD_BYTES = 160;
const UTF8_BYTES_MAX = 3;

/**
 * The bytes of a `BatchAppendResp` that tells of a success: those that the generated classes write, several times as
 * fast. `revision` is negative where the stream has no events; `position` is undefined where none is to be given.
 */
export const encodeBatchAppended = (
  address: BatchAddress,
  revision: bigint,
  position: bigint | undefined,
): EncodedMessage => {
  const { correlationId, structuredId, stream, expected } = address;
  const bytes = Buffer.allocUnsafe(OVERHEAD_BYTES + UTF8_BYTES_MAX * stream.length);
  let at = putExpected(bytes, bytes.length, expected);
  at = putLength(bytes, putText(bytes, at, STREAM_NAME, stream), STREAM, at);
  at = putLength(bytes, putSuccess(bytes, at, revision, position), SUCCESS, at);
  return bytes.subarray(putUuid(bytes, at, correlationId, structuredId));
};

const putExpected = (bytes: Buffer, end: number, expected: ExpectedRevision): number =>
  typeof expected === 'bigint'
    ? putNumber(bytes, end, EXPECTED_REVISION, expected)
    : putLength(bytes, end, EXPECTED[expected], end);

const putSuccess = (bytes: Buffer, end: number, revision: bigint, position: bigint | undefined): number => {
  const positionSize =
    position === undefined ? putLength(bytes, end, NO_POSITION, end) : putPosition(bytes, end, position);
  return revision < 0n
    ? putLength(bytes, positionSize, NO_STREAM, positionSize)
    : putNumber(bytes, positionSize, REVISION, revision);
};

const putPosition = (bytes: Buffer, end: number, position: bigint): number => {
  const at = position === 0n ? end : putNumber(bytes, putNumber(bytes, end, PREPARE, position), COMMIT, position);
  return putLength(bytes, at, POSITION, end);
};

const putUuid = (bytes: Buffer, end: number, id: string, isStructured: boolean): number =>
  isStructured
    ? putBytes(bytes, end, CORRELATION_ID, writeUuid(id, true).serializeBinary())
    : putLength(bytes, putText(bytes, end, UUID_TEXT, id), CORRELATION_ID, end);
