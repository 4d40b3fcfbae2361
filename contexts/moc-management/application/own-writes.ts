import type { HandleCommand } from '@lego-moc/application/command-handler';
import { isRejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocCommand } from '../domain/moc-commands.ts';
import type { MocId } from '../domain/moc-events.ts';
import type { MocRejection } from '../domain/moc.ts';

/** How far owners have written their MOCs through this process, until the read model is known to be as far. */
export type OwnWrites = {
  readonly note: (owner: UserId, mocId: MocId, revision: bigint) => void;
  readonly of: (owner: UserId) => ReadonlyMap<MocId, bigint>;
  readonly revisionOf: (mocId: MocId) => bigint | undefined;
  /** The read model has heard of that much. */
  readonly heard: (mocId: MocId, revision: bigint) => void;
};

/** Nobody writes that much within the moment that a read model takes; should it stand still, the oldest are let go. */
const REMEMBERED_MAX = 1_000;

export const ownWrites = (rememberedMax = REMEMBERED_MAX): OwnWrites => {
  const written = new Map<MocId, { readonly owner: UserId; readonly revision: bigint }>();
  return {
    note: (owner, mocId, revision) => {
      const before = written.get(mocId);
      written.delete(mocId);
      written.set(mocId, before !== undefined && before.revision > revision ? before : { owner, revision });
      if (written.size > rememberedMax) written.delete(written.keys().next().value ?? mocId);
    },
    of: (owner) =>
      new Map([...written].flatMap(([mocId, of]) => (of.owner === owner ? [[mocId, of.revision] as const] : []))),
    revisionOf: (mocId) => written.get(mocId)?.revision,
    heard: (mocId, revision) => {
      if ((written.get(mocId)?.revision ?? 0n) <= revision) written.delete(mocId);
    },
  };
};

/** Handles commands, and notes what owners have written. */
export const noting =
  (handle: HandleCommand<MocCommand, MocRejection>, writes: OwnWrites): HandleCommand<MocCommand, MocRejection> =>
  async (id, command, cause, expected) => {
    const outcome = await handle(id, command, cause, expected);
    const { data } = command;
    if (!isRejection(outcome) && outcome.revision !== 'no-stream' && 'by' in data)
      writes.note(data.by, data.mocId, outcome.revision);
    return outcome;
  };
