import { isRejection } from '@lego-moc/kernel/decider';
import type { HandleCommand, Outcome } from '@lego-moc/application/command-handler';
import { StreamMoved, type Cause, type EventStreams, type Revision } from '@lego-moc/application/event-streams';
import type { MocCommand, ReviseMoc } from '../domain/moc-commands.ts';
import type { MocEvent } from '../domain/moc-events.ts';
import { mocDecider, type MocRejection } from '../domain/moc.ts';
import type { TitleRejection } from '../domain/title.ts';
import type { Titles } from './titles.ts';

export type Revise = (
  command: ReviseMoc,
  cause: Cause,
  expected?: Revision,
) => Promise<Outcome<MocRejection | TitleRejection>>;

/**
 * Changes what is said about a MOC. A new title is held first, so that no two MOCs of its owner ever bear it; and before
 * that the MOC is asked, lest a title be held for one that is deleted, somebody else's or changed meanwhile.
 */
export const reviseMoc =
  (mocs: HandleCommand<MocCommand, MocRejection>, streams: EventStreams<MocEvent>, titles: Titles): Revise =>
  async (command, cause, expected) => {
    const { mocId, by: owner, title } = command.data;
    if (title !== undefined) {
      const { events, revision } = await streams.read(mocId);
      if (expected !== undefined && expected !== revision) throw new StreamMoved(mocId, expected);
      const decision = mocDecider.decide(command, events.reduce(mocDecider.evolve, mocDecider.initial));
      if (isRejection<MocRejection>(decision)) return decision;
      const held = await titles.hold({ owner, title, mocId }, cause);
      if (isRejection(held)) return held;
    }
    return mocs(mocId, command, cause, expected);
  };
