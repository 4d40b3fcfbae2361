import type { UserId } from '@lego-moc/kernel/message';
import type { KeyVault } from './ports/key-vault.ts';

/** The erasures in the log of the event store. */
export interface ErasureLog {
  /** The position of the last event of any kind. */
  end(): Promise<bigint>;
  /** Users erased behind the position, in pages; ends with the log, and early when `signal` aborts. */
  erasedAfter(position: bigint | 'start', signal: AbortSignal): AsyncIterable<readonly UserId[]>;
}

/**
 * The position up to which the log was checked. Lies beside the keys, so that a backup holds both as of the same
 * moment.
 */
export interface ErasureCheckpoint {
  load(): Promise<bigint | undefined>;
  save(position: bigint): Promise<void>;
}

type Needs = {
  readonly log: ErasureLog;
  readonly checkpoint: ErasureCheckpoint;
  readonly vault: Pick<KeyVault, 'withKey'>;
  readonly erase: (userId: UserId) => Promise<void>;
};

/**
 * Erases once more the data of erased users who have a key again: a database that was restored from a backup brings
 * back the keys, and an old erasure is not delivered a second time. Reads only the events since the checkpoint, which a
 * restore takes back together with the keys. Returns how many users had a key.
 */
export const eraseRestoredKeys =
  ({ log, checkpoint, vault, erase }: Needs) =>
  async (signal: AbortSignal): Promise<number> => {
    const end = await log.end();
    const position = await checkpoint.load();
    // A log that is shorter than it was is another one: the event store was replaced.
    const from = position === undefined || position > end ? 'start' : position;
    if (from === end) return 0;
    let users = 0;
    for await (const userIds of log.erasedAfter(from, signal)) {
      for (const userId of await vault.withKey(userIds)) {
        await erase(userId);
        users += 1;
      }
    }
    if (!signal.aborted) await checkpoint.save(end);
    return users;
  };
