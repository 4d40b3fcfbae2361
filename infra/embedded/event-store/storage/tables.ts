import { createHash } from 'node:crypto';
import { open, type Database, type RootDatabase } from 'lmdb';
import { residentPages } from './resident-pages.ts';

/** `id` is the position of the stream's first record: unique without a counter. */
export type StreamHead = { readonly id: number; readonly lastRevision: number; readonly tombstoned: boolean };

type Databases = {
  /** position → record */
  readonly records: Database<Buffer, number>;
  /** stream id and revision → position */
  readonly revisions: Database<Buffer, Buffer>;
  /** stream name → head */
  readonly streams: Database<Buffer, Buffer>;
};

type OpenDatabases = Databases & { readonly root: RootDatabase };

export type Tables = Databases & {
  /** All that is put by `work`, or nothing. */
  readonly transaction: (work: () => void) => void;
  /** LMDB gives up on an environment whose root page it could not write: what is on disk is good, the handle is not. */
  readonly reopen: () => Promise<void>;
  /** Whether LMDB has given up. */
  readonly isBroken: () => boolean;
  readonly close: () => Promise<void>;
};

/**
 * Positions and revisions are kept as doubles: exact up to 2^53, which at 100 MB/s takes longer than two years to reach.
 * `overlappingSync` is off because it shows a commit before it is durable.
 */
export const openTables = (path: string, durable: boolean): Tables => {
  let current: OpenDatabases | undefined = openOnce(path, durable);
  const databases = (): OpenDatabases => (current ??= openOnce(path, durable));

  /** With nothing but synchronous transactions and reads, this is done when it returns. */
  const close = (): Promise<void> => {
    const closure = current?.root.close();
    current = undefined;
    return closure ?? Promise.resolve();
  };

  // Files that are in memory only are unlinked: they cannot be opened again.
  const mappedPages = durable ? residentPages(() => void close()) : undefined;
  const databasesForRead = (): OpenDatabases => {
    mappedPages?.countLookup();
    return databases();
  };

  return {
    transaction: (work) => databases().root.transactionSync(work),
    get records() {
      return databasesForRead().records;
    },
    get revisions() {
      return databasesForRead().revisions;
    },
    get streams() {
      return databasesForRead().streams;
    },
    isBroken: () => {
      try {
        const { root, records } = databases();
        // A snapshot taken before it gave up can still be read.
        root.resetReadTxn();
        records.getBinary(0);
        return false;
      } catch {
        return true;
      }
    },
    reopen: async () => {
      await close();
      databases();
    },
    close,
  };
};

const openOnce = (path: string, durable: boolean): OpenDatabases => {
  const root = open({ path, overlappingSync: false, noSync: !durable, cache: false, maxDbs: 8, encoding: 'binary' });
  return {
    root,
    records: root.openDB({ name: 'records', encoding: 'binary' }),
    revisions: root.openDB({ name: 'revisions', encoding: 'binary', keyEncoding: 'binary' }),
    streams: root.openDB({ name: 'streams', encoding: 'binary', keyEncoding: 'binary' }),
  };
};

/** A view of the stored record, good until the next read: most records are decoded at once and need no copy of their own. */
export const viewRecord = (tables: Tables, position: number): Buffer | undefined => {
  const sharedBytes = tables.records.getBinaryFast(position);
  return sharedBytes === undefined
    ? undefined
    : Buffer.from(sharedBytes.buffer, sharedBytes.byteOffset, sharedBytes.length);
};

/** LMDB keys end below 2 kB; longer names are told apart by their hash. 0xff starts no UTF-8 text. */
const NAME_BYTES_MAX = 512;

export const streamKey = (name: string): Buffer => {
  const key = Buffer.from(name, 'utf8');
  if (key.length <= NAME_BYTES_MAX) return key;
  return Buffer.concat([Buffer.of(0xff), createHash('sha256').update(key).digest()]);
};

export const revisionKey = (streamId: number, revision: number): Buffer => {
  const key = Buffer.allocUnsafe(16);
  key.writeDoubleBE(streamId, 0);
  key.writeDoubleBE(revision, 8);
  return key;
};

export const encodePosition = (position: number): Buffer => {
  const value = Buffer.allocUnsafe(8);
  value.writeDoubleBE(position, 0);
  return value;
};

export const decodePosition = (value: Buffer): number => value.readDoubleBE(0);

export const encodeHead = ({ id, lastRevision, tombstoned }: StreamHead): Buffer => {
  const value = Buffer.allocUnsafe(17);
  value.writeDoubleBE(id, 0);
  value.writeDoubleBE(lastRevision, 8);
  value[16] = tombstoned ? 1 : 0;
  return value;
};

export const decodeHead = (value: Buffer): StreamHead => ({
  id: value.readDoubleBE(0),
  lastRevision: value.readDoubleBE(8),
  tombstoned: value[16] === 1,
});
