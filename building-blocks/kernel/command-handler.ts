import { isRejection, type Decider, type Rejection } from './decider.ts';
import { StreamMoved, type Cause, type EventStreams, type Revision } from './event-streams.ts';

export type Accepted = { readonly revision: Revision };
export type Outcome<Code extends string> = Accepted | Rejection<Code>;

/**
 * Runs one command against the stream `id`.
 * With `expected` (a client's If-Match) the command is decided against that revision only: throws `StreamMoved`
 * when the stream stands elsewhere.
 */
export type HandleCommand<Command, Code extends string> = (
  id: string,
  command: Command,
  cause: Cause,
  expected?: Revision,
) => Promise<Outcome<Code>>;

/** Three writers on one stream at once is already rare; a fourth conflict is a hot stream that wants another design. */
const ATTEMPTS_MAX = 4;

/** Load, decide, append; decides afresh when another writer got there first. */
export const commandHandler =
  <Command, State, Event, Code extends string>(
    decider: Decider<Command, State, Event, Code>,
    streams: EventStreams<Event>,
  ): HandleCommand<Command, Code> =>
  async (id, command, cause, expected) => {
    for (let attempt = 1; ; attempt += 1) {
      const { events, revision } = await streams.read(id);
      if (expected !== undefined && expected !== revision) throw new StreamMoved(id, expected);

      const decision = decider.decide(command, events.reduce(decider.evolve, decider.initial));
      if (isRejection<Code>(decision)) return decision;
      if (decision.length === 0) return { revision };

      try {
        return { revision: await streams.append(id, decision, revision, cause) };
      } catch (error) {
        if (!(error instanceof StreamMoved) || expected !== undefined || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  };
