import { createHash, randomBytes } from 'node:crypto';

/** Namespace of every id that this platform derives from a name; random, and never to be changed. */
const NAMESPACE = Buffer.from('6f1d3c0a5b7e4d6f9a2c8e4b1f0d7a53', 'hex');

const format = (bytes: Buffer, version: number): string => {
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | (version << 4), 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** Random bytes by the hundred ids: each draw from the system's generator costs more than all the rest of an id. */
const POOL_BYTES = 4_096;
let pool = Buffer.alloc(0);
const drawn = (size: number): Buffer => {
  if (pool.length < size) pool = randomBytes(POOL_BYTES);
  const bytes = pool.subarray(0, size);
  pool = pool.subarray(size);
  return bytes;
};

/** A fresh UUID that sorts by time of creation (version 7, RFC 9562 section 5.7). */
export const newId = (): string => {
  const bytes = drawn(16);
  bytes.writeUIntBE(Date.now(), 0, 6);
  return format(bytes, 7);
};

/**
 * The one UUID that belongs to these parts (version 5, RFC 9562 section 5.5). Asking twice gives the same id,
 * which is what makes a repeated append, publication or request harmless. Parts are joined unambiguously.
 */
export const derivedId = (...parts: readonly string[]): string =>
  format(createHash('sha1').update(NAMESPACE).update(JSON.stringify(parts)).digest(), 5);
