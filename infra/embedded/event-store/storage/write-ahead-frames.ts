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

/** Written over the first byte of a frame once the frame is durable. */
export const COMMITTED = Buffer.of(1);

/**
 * The frames from the front, each beginning where the one before ended. What follows the last is older, or was torn. A
 * frame that another follows was whole once: what the disk has made of it since is for its records' checksums to tell.
 * With `committedOnly`, the last must say that it was committed; where the system itself went down, it may not have
 * been able to, and being whole is enough.
 */
export const readFrames = (content: Buffer, salt: number, committedOnly: boolean): readonly Frame[] => {
  const frames: Frame[] = [];
  let at = 0;
  for (;;) {
    const bytes = frameAt(content, at);
    const frame = bytes && decodeFrame(bytes, frames.at(-1));
    if (bytes === undefined || frame === undefined) break;
    at += bytes.length;
    const next = frameAt(content, at);
    const isFollowed = next?.readDoubleBE(FROM_AT) === endOf(frame) && isSound(next, salt);
    if (!isFollowed && !(isSound(bytes, salt) && (isCommitted(bytes) || !committedOnly))) break;
    frames.push(frame);
  }
  return frames;
};

/** Position of its last record: positions count the bytes of records. */
const endOf = ({ from, records }: Frame): number => records.reduce((sum, { length }) => sum + length, from);

const checksumOf = (frame: Buffer, salt: number): number => crc32(frame.subarray(BYTES_AT), salt);
const isCommitted = (frame: Buffer): boolean => frame[0] === COMMITTED[0];
const isSound = (frame: Buffer, salt: number): boolean => frame.readUInt32BE(CHECKSUM_AT) === checksumOf(frame, salt);

const frameAt = (content: Buffer, at: number): Buffer | undefined => {
  if (at + FRAME_HEADER_BYTES > content.length) return undefined;
  const bytes = content.readUInt32BE(at + BYTES_AT);
  const isPossible = bytes > FRAME_HEADER_BYTES && at + bytes <= content.length;
  return isPossible ? content.subarray(at, at + bytes) : undefined;
};

const decodeFrame = (frame: Buffer, before: Frame | undefined): Frame | undefined => {
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
  return at === frame.length ? { from, records, bytes: frame.length } : undefined;
};
