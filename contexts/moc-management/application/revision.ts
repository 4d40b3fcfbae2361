import { isRejection } from '@lego-moc/kernel/decider';
import type { HandleCommand, Outcome } from '@lego-moc/application/command-handler';
import { StreamMoved, type Cause, type Revision } from '@lego-moc/application/event-streams';
import type { FoldedState } from '@lego-moc/application/state-cache';
import type { MocCommand, ReviseMoc, RevertMoc } from '../domain/moc-commands.ts';
import type { MocEvent, MocId } from '../domain/moc-events.ts';
import { mocDecider, type Moc, type MocRejection } from '../domain/moc.ts';
import type { Claim, ClaimRejection, Titles } from './titles.ts';

export type Revise = (
  command: ReviseMoc | RevertMoc,
  cause: Cause,
  expected?: Revision,
) => Promise<Outcome<MocRejection | ClaimRejection>>;

/** What the MOC reserves once the events have happened. */
const claimAfter = (mocId: MocId, moc: Moc, events: readonly MocEvent[]): Claim | undefined => {
  const next = events.reduce(mocDecider.evolve, moc);
  return next.status === 'absent' || next.status === 'deleted'
    ? undefined
    : { owner: next.owner, mocId, title: next.title, set: next.set };
};

/**
 * Changes the title or the description of a MOC, or reverts both. A new title, or number of a set, is held first, so that no two MOCs
 * ever have the same; and the command is decided before that, so that no title is held for a command that will be rejected.
 */
export const reviseMoc =
  (
    mocs: HandleCommand<MocCommand, MocRejection>,
    latest: (mocId: string) => Promise<FoldedState<Moc>>,
    titles: Titles,
  ): Revise =>
  async (command, cause, expected) => {
    const { mocId } = command.data;
    if (command.type === 'RevertMoc' || command.data.title !== undefined || command.data.set !== undefined) {
      const { state, revision } = await latest(mocId);
      if (expected !== undefined && expected !== revision) throw new StreamMoved(mocId, expected);
      const decision = mocDecider.decide(command, state);
      if (isRejection<MocRejection>(decision)) return decision;
      const claim = claimAfter(mocId, state, decision);
      const hold = claim === undefined ? undefined : await titles.hold(claim, cause);
      if (hold !== undefined && isRejection(hold)) return hold;
    }
    return mocs(mocId, command, cause, expected);
  };
