import { isRejection, type Decider, type Decision, type Rejection } from '@lego-moc/kernel/decider';
import { StreamMoved, type Cause, type EventStreams, type Revision } from './event-streams.ts';

export type Accepted = { readonly revision: Revision };
export type Outcome<Code extends string> = Accepted | Rejection<Code>;

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

/** Three writers on one stream at once is already rare; a fourth conflict is a hot stream that wants another design. */
const ATTEMPTS_MAX = 4;

/** Whether the state already is as the command wants it. */
export const isNoOp = <Event, Code extends string>(decision: Decision<Event, Code>): boolean =>
  !isRejection<Code>(decision) && decision.length === 0;

/** Loads, decides, appends; decides again when another writer was faster. */
export const commandHandler =
  <Command, State, Event, Code extends string>(
    decider: Decider<Command, State, Event, Code>,
    streams: EventStreams<Event>,
  ): HandleCommand<Command, Code> =>
  async (id, command, cause, expected) => {
    for (let attempt = 1; ; attempt += 1) {
      const { events, revision } = await streams.read(id);
      const decision = decider.decide(command, events.reduce(decider.evolve, decider.initial));
      if (isNoOp(decision)) return { revision };
      if (expected !== undefined && expected !== revision) throw new StreamMoved(id, expected);
      if (isRejection<Code>(decision)) return decision;

      try {
        return { revision: await streams.append(id, decision, revision, cause) };
      } catch (error) {
        if (!(error instanceof StreamMoved) || expected !== undefined || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  };
