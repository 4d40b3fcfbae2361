import { createHash } from 'node:crypto';
import { openBytes, sealBytes } from './seal-bytes.ts';

const KEY_BYTES = 32;
/** Enough to distinguish a few master keys. */
const NAME_BYTES = 4;

/** Wraps keys and other secrets, each bound to its context, so that the database alone reveals nothing. */
export type MasterKeys = {
  /** The prefix of the secrets that the newest one wrapped. */
  readonly mark: Buffer;
  readonly wrap: (context: string, secret: Uint8Array) => Buffer;
  /** Throws when none of the master keys wrapped it. */
  readonly unwrap: (context: string, wrappedSecret: Uint8Array) => Buffer;
};

const nameOf = (key: Uint8Array): Buffer => createHash('sha256').update(key).digest().subarray(0, NAME_BYTES);

/** The items of a comma-separated setting, without blanks. */
export const listItems = (text: string | undefined): readonly string[] | undefined =>
  text?.split(',').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]));

/**
 * Base64 of 32 bytes each. The first one wraps; the others only unwrap existing secrets, so that a master key can be
 * rotated. Throws on one that has another length.
 */
export const masterKeys = (base64: readonly string[]): MasterKeys => {
  const keys = base64.map((text) => Buffer.from(text, 'base64'));
  const [newest] = keys;
  if (newest === undefined || keys.some((key) => key.length !== KEY_BYTES)) {
    throw new Error('A master key is 32 bytes in base64');
  }
  return {
    mark: nameOf(newest),
    wrap: (context, secret) => Buffer.concat([nameOf(newest), sealBytes(newest, context, secret)]),
    unwrap: (context, wrappedSecret) => {
      const name = wrappedSecret.subarray(0, NAME_BYTES);
      const master = keys.find((key) => nameOf(key).equals(name));
      if (master === undefined) throw new Error(`No master key ${Buffer.from(name).toString('hex')} is configured`);
      return openBytes(master, context, wrappedSecret.subarray(NAME_BYTES));
    },
  };
};
