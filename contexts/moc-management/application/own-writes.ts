import type { HandleCommand } from '@lego-moc/application/command-handler';
import { isRejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocCommand } from '../domain/moc-commands.ts';
import type { MocId } from '../domain/moc-events.ts';
import type { MocRejection } from '../domain/moc.ts';

/** The last revision that each owner wrote through this process, until the read model has reached it. */
export type OwnWrites = {
  readonly record: (owner: UserId, mocId: MocId, revision: bigint) => void;
  readonly of: (owner: UserId) => ReadonlyMap<MocId, bigint>;
  readonly revisionOf: (mocId: MocId) => bigint | undefined;
  /** The read model has reached this revision. */
  readonly caughtUp: (mocId: MocId, revision: bigint) => void;
};

/** More than is written within the lag of a read model; when that stands still, the oldest entries are dropped. */
const ENTRIES_MAX = 1_000;

export const ownWrites = (entriesMax = ENTRIES_MAX): OwnWrites => {
  const revisions = new Map<MocId, { readonly owner: UserId; readonly revision: bigint }>();
  return {
    record: (owner, mocId, revision) => {
      const before = revisions.get(mocId);
      revisions.delete(mocId);
      revisions.set(mocId, before !== undefined && before.revision > revision ? before : { owner, revision });
      if (revisions.size > entriesMax) revisions.delete(revisions.keys().next().value ?? mocId);
    },
    of: (owner) =>
      new Map([...revisions].flatMap(([mocId, of]) => (of.owner === owner ? [[mocId, of.revision] as const] : []))),
    revisionOf: (mocId) => revisions.get(mocId)?.revision,
    caughtUp: (mocId, revision) => {
      if ((revisions.get(mocId)?.revision ?? 0n) <= revision) revisions.delete(mocId);
    },
  };
};

/** Handles commands and records the revisions that their owners wrote. */
export const trackOwnWrites =
  (handle: HandleCommand<MocCommand, MocRejection>, writes: OwnWrites): HandleCommand<MocCommand, MocRejection> =>
  async (id, command, cause, expected) => {
    const outcome = await handle(id, command, cause, expected);
    const { data } = command;
    if (!isRejection(outcome) && outcome.revision !== 'no-stream' && 'by' in data)
      writes.record(data.by, data.mocId, outcome.revision);
    return outcome;
  };
