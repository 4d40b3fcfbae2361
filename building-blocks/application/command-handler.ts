import { isRejection, type Decider, type Decision, type Rejection } from '@lego-moc/kernel/decider';
import { CONFLICT, CONFLICT_BUDGET_MS, retryConflicts } from './conflict-retry.ts';
import { StreamMoved, type Cause, type EventStreams, type Revision } from './event-streams.ts';

export type Acceptance = { readonly revision: Revision };
export type Outcome<Code extends string> = Acceptance | Rejection<Code>;

/**
 * Runs one command against the stream `id`.
 * With `expected` (a client's If-Match) the command is decided against that revision only: throws `StreamMoved`
 * when the stream is at another one, unless the state already is as the command wants it: then this very command may
 * have moved the stream before its answer got lost (RFC 9110 section 13.1.1).
 */
export type HandleCommand<Command, Code extends string> = (
  id: string,
  command: Command,
  cause: Cause,
  expected?: Revision,
) => Promise<Outcome<Code>>;

/** Whether the state already is as the command wants it. */
export const isNoOp = <Event, Code extends string>(decision: Decision<Event, Code>): boolean =>
  !isRejection<Code>(decision) && decision.length === 0;

/**
 * Loads, decides, appends; decides again while other writers are faster. Throws `StreamMoved` when they were for the
 * whole `conflictBudgetMs`, 10 s unless given.
 */
export const commandHandler =
  <Command, State, Event, Code extends string>(
    decider: Decider<Command, State, Event, Code>,
    streams: EventStreams<Event>,
    { conflictBudgetMs = CONFLICT_BUDGET_MS }: { readonly conflictBudgetMs?: number } = {},
  ): HandleCommand<Command, Code> =>
  async (id, command, cause, expected) => {
    const attempt = async (): Promise<Outcome<Code> | typeof CONFLICT> => {
      const { events, revision } = await streams.read(id);
      const decision = decider.decide(command, events.reduce(decider.evolve, decider.initial));
      if (isNoOp(decision)) return { revision };
      if (expected !== undefined && expected !== revision) throw new StreamMoved(id, expected);
      if (isRejection<Code>(decision)) return decision;
      try {
        return { revision: await streams.append(id, decision, revision, cause) };
      } catch (error) {
        if (error instanceof StreamMoved && expected === undefined) return CONFLICT;
        throw error;
      }
    };
    const outcome = await retryConflicts(attempt, conflictBudgetMs);
    if (outcome === CONFLICT) throw new StreamMoved(id, 'any');
    return outcome;
  };
