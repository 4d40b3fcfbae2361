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
  /** What must still happen, in order. Empty once the process is over, or while it waits for someone else. */
  readonly due: (state: State) => readonly Command[];
  /** What becomes true when the process has not moved since `lastMovedAt`; empty while it is within its time. */
  readonly overdue: (state: State, lastMovedAt: Instant, now: Instant) => readonly Event[];
};
