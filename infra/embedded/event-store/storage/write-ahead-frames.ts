import { crc32 } from 'node:zlib';

/**
 * Records that became durable together. Layout, big-endian: committed u8 · checksum u32 · bytes u32 · from f64 · (length
 * u32 · record)*. The checksum covers what follows it.
 */
export type Frame = {
  /** The position before its first record. */
  readonly from: number;
  readonly records: readonly Buffer[];
  readonly bytes: number;
  /** False where the disk has returned other bytes than were written. */
  readonly isSound: boolean;
};

const CHECKSUM_AT = 1;
const BYTES_AT = 5;
const FROM_AT = 9;
export const FRAME_HEADER_BYTES = 17;
const LENGTH_BYTES = 4;

export const encodeFrame = (from: number, records: readonly Buffer[], salt: number): Buffer => {
  const bytes = records.reduce((sum, { length }) => sum + LENGTH_BYTES + length, FRAME_HEADER_BYTES);
  const frame = Buffer.allocUnsafe(bytes);
  frame[0] = 0;
  frame.writeUInt32BE(bytes, BYTES_AT);
  frame.writeDoubleBE(from, FROM_AT);
  let at = FRAME_HEADER_BYTES;
  for (const record of records) {
    at = frame.writeUInt32BE(record.length, at);
    frame.set(record, at);
    at += record.length;
  }
  frame.writeUInt32BE(checksumOf(frame, salt), CHECKSUM_AT);
  return frame;
};

/** Written over the first byte of a frame once the frame is durable: all bits, so that none alone can take it back. */
export const COMMIT_MARK = Buffer.of(0xff);
/** Follows the last frame, so that nothing old is taken for the next. */
export const BLANK = Buffer.alloc(FRAME_HEADER_BYTES);

/**
 * The frames from the front, each beginning where the one before ended. A frame that was committed, or that another
 * follows, was whole once: what the disk has made of it since is for its records' checksums to tell. With
 * `committedOnly`, the last must say that it was committed; where the system itself went down, it may not have been
 * able to, and being whole is enough.
 */
export const readFrames = (content: Buffer, salt: number, committedOnly: boolean): readonly Frame[] => {
  const frames: Frame[] = [];
  let at = 0;
  for (;;) {
    const bytes = frameAt(content, at);
    const frame = bytes && decodeFrame(bytes, frames.at(-1), salt);
    if (bytes === undefined || frame === undefined) break;
    at += bytes.length;
    const isDone = isCommitted(bytes) || isFollowed(frame, frameAt(content, at), salt);
    if (!isDone && (committedOnly || !frame.isSound)) break;
    frames.push(frame);
    // The bytes behind a frame that was not committed may be old ones, since they were perhaps never blanked.
    if (!isDone) break;
  }
  return frames;
};

/**
 * Behind the frames that were read: undefined if nothing was committed there, else the position of the first record
 * that was and can no longer be read; 0 if not even that can be told.
 */
export const lostBehind = (frames: readonly Frame[], content: Buffer): number | undefined => {
  const at = frames.reduce((sum, { bytes }) => sum + bytes, 0);
  const last = frames.at(-1);
  if (last !== undefined && !isCommitted(content.subarray(at - last.bytes))) return undefined;
  const header = content.subarray(at, at + FRAME_HEADER_BYTES + LENGTH_BYTES);
  if (header.length < FRAME_HEADER_BYTES) return 0;
  if (!isCommitted(header)) return undefined;
  const isWhole = header.length === FRAME_HEADER_BYTES + LENGTH_BYTES;
  return isWhole ? header.readDoubleBE(FROM_AT) + header.readUInt32BE(FRAME_HEADER_BYTES) : 0;
};

const isFollowed = (frame: Frame, next: Buffer | undefined, salt: number): boolean =>
  next?.readDoubleBE(FROM_AT) === endOf(frame) && isSound(next, salt);

/** Position of its last record: positions count the bytes of records. */
const endOf = ({ from, records }: Frame): number => records.reduce((sum, { length }) => sum + length, from);

const checksumOf = (frame: Buffer, salt: number): number => crc32(frame.subarray(BYTES_AT), salt);
const isCommitted = (frame: Buffer): boolean => frame[0] !== 0;
const isSound = (frame: Buffer, salt: number): boolean => frame.readUInt32BE(CHECKSUM_AT) === checksumOf(frame, salt);

const frameAt = (content: Buffer, at: number): Buffer | undefined => {
  if (at + FRAME_HEADER_BYTES > content.length) return undefined;
  const bytes = content.readUInt32BE(at + BYTES_AT);
  const isPossible = bytes > FRAME_HEADER_BYTES && at + bytes <= content.length;
  return isPossible ? content.subarray(at, at + bytes) : undefined;
};

const decodeFrame = (frame: Buffer, before: Frame | undefined, salt: number): Frame | undefined => {
  const from = frame.readDoubleBE(FROM_AT);
  if (before !== undefined && endOf(before) !== from) return undefined;
  const records: Buffer[] = [];
  let at = FRAME_HEADER_BYTES;
  while (at + LENGTH_BYTES <= frame.length) {
    const end = at + LENGTH_BYTES + frame.readUInt32BE(at);
    if (end > frame.length) return undefined;
    records.push(frame.subarray(at + LENGTH_BYTES, end));
    at = end;
  }
  return at === frame.length ? { from, records, bytes: frame.length, isSound: isSound(frame, salt) } : undefined;
};
