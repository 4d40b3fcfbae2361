import type { Instant } from './message.ts';

/**
 * A long-running reaction to events. `due` is computed from state, never from the triggering event,
 * so after a crash or a lost command the runner simply asks again.
 */
export type Process<Event, State, Command> = {
  /** Names the activity and the category of its streams. */
  readonly name: string;
  readonly initial: State;
  readonly evolve: (state: State, event: Event) => State;
  /** The commands that must still be carried out, in order. Empty when the process is over or waits for an event. */
  readonly due: (state: State) => readonly Command[];
  /** Types of commands that do not depend on each other: several that are due are carried out together. */
  readonly independent?: readonly string[];
  /** The events to append when the process has not moved since `lastMovedAt`; empty while it is within its time. */
  readonly overdue: (state: State, lastMovedAt: Instant, now: Instant) => readonly Event[];
};
