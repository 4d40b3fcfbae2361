import { isRejection } from '@lego-moc/kernel/decider';
import type { HandleCommand, Outcome } from '@lego-moc/application/command-handler';
import { StreamMoved, type Cause, type Revision } from '@lego-moc/application/event-streams';
import type { Folded } from '@lego-moc/application/state-cache';
import type { MocCommand, ReviseMoc } from '../domain/moc-commands.ts';
import { mocDecider, type Moc, type MocRejection } from '../domain/moc.ts';
import type { Claim, ClaimRejection, Titles } from './titles.ts';

export type Revise = (
  command: ReviseMoc,
  cause: Cause,
  expected?: Revision,
) => Promise<Outcome<MocRejection | ClaimRejection>>;

/** What the MOC reserves once it is changed. */
const claimAfter = ({ data: { mocId, by: owner, title, set } }: ReviseMoc, moc: Moc): Claim => {
  const current = moc.status === 'absent' || moc.status === 'deleted' ? undefined : moc;
  const number = current?.set === undefined ? undefined : { ...current.set, ...set };
  return { owner, mocId, title: title ?? current?.title ?? '', set: number };
};

/**
 * Changes the title or the description of a MOC. A new title, or number of a set, is held first, so that no two MOCs
 * ever have the same; and the command is decided before that, so that no title is held for a command that will be rejected.
 */
export const reviseMoc =
  (
    mocs: HandleCommand<MocCommand, MocRejection>,
    latest: (mocId: string) => Promise<Folded<Moc>>,
    titles: Titles,
  ): Revise =>
  async (command, cause, expected) => {
    const { mocId, title, set } = command.data;
    if (title !== undefined || set !== undefined) {
      const { state, revision } = await latest(mocId);
      if (expected !== undefined && expected !== revision) throw new StreamMoved(mocId, expected);
      const decision = mocDecider.decide(command, state);
      if (isRejection<MocRejection>(decision)) return decision;
      const hold = await titles.hold(claimAfter(command, state), cause);
      if (isRejection(hold)) return hold;
    }
    return mocs(mocId, command, cause, expected);
  };
