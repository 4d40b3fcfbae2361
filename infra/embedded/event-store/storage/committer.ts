import { allReader } from './all-reader.ts';
import { heldBytes, sumOf } from './append-size.ts';
import { batchWriter, type LogEnd } from './batch-writer.ts';
import { applyIntent, type Intent } from './commit-batch.ts';
import type { AppendOutcome } from './event-log.ts';
import { groupCommit } from './group-commit.ts';
import type { LogStore } from './log-store.ts';
import { lookupsIn } from './lookups.ts';
import { pendingWrites } from './pending-writes.ts';
import type { PresenceCheck } from './presence-check.ts';
import { recentIds } from './recent-ids.ts';
import { toLogUnavailable } from './write-failure.ts';

export type CommitterParts = {
  readonly store: LogStore;
  readonly directory: string;
  /** Now, in 100-nanosecond ticks since the Unix epoch. */
  readonly now: () => bigint;
  /** Undefined where nothing is to survive the process. */
  readonly presence: Pick<PresenceCheck, 'verify'> | undefined;
};

/** Decides on intents and writes them, group after group; knows where the log ends. */
export const committer = ({ store, directory, now, presence }: CommitterParts) => {
  const recent = recentIds();
  const listeners = new Set<(lastPosition: bigint) => void>();

  const readEnd = (): LogEnd => {
    const position = allReader(store.finder, () => 0).lastPosition();
    return { position, created: lookupsIn(store.finder).at(position)?.created ?? 0n };
  };
  let end = readEnd();

  const commit = async (intents: readonly Intent[]): Promise<readonly (AppendOutcome | Error)[]> => {
    await store.ready();
    const writes = pendingWrites();
    const inBatch = lookupsIn(writes.over(store.finder));
    const writer = batchWriter(writes, inBatch, end, now());
    const batch = { lookups: inBatch, recent, writer };
    const outcomes = intents.map((intent) => applyIntent(batch, intent));
    if (writes.all().length === 0) return outcomes;
    presence?.verify();
    await store.store(writes, end.position);
    presence?.verify();
    end = writer.end();
    for (const [id, address] of writer.ids()) recent.remember(id, address);
    for (const listener of listeners) listener(BigInt(end.position));
    return outcomes;
  };

  const recover = async (error: unknown): Promise<Error> => {
    if (await store.recover()) end = readEnd();
    return toLogUnavailable(error, directory);
  };

  const group = groupCommit({ commit, recover, bytesOf: ({ events }: Intent) => sumOf(events, heldBytes) });

  return {
    /** Resolves once the intent is durable or refused. Rejects with `LogUnavailable`. */
    submit: (intent: Omit<Intent, 'submittedAt'>): Promise<AppendOutcome> =>
      group.submit({ ...intent, submittedAt: end.position }),
    /** Resolves when no intent waits any more. */
    whenIdle: group.idle,
    /** Position of the last durable record. */
    lastPosition: (): number => end.position,
    /** Calls the listener after every durable commit. Returns how to stop listening. */
    onCommit: (listener: (lastPosition: bigint) => void): (() => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
