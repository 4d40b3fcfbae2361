import { isNoOp, type HandleCommand, type Outcome } from './command-handler.ts';
import { isRejection, type Decider } from '@lego-moc/kernel/decider';
import { StreamMoved, type Cause, type EventStreams, type Revision } from './event-streams.ts';

/** What a stream comes to, and up to where it was folded. */
export type Folded<State> = { readonly state: State; readonly revision: Revision };

export interface FoldedStates<Command, State, Code extends string> {
  /** As `commandHandler` does it, but an accepted command on a stream seen before costs one append and no read. */
  readonly handle: HandleCommand<Command, Code>;
  /** Folded up to the end of the stream. */
  readonly latest: (id: string) => Promise<Folded<State>>;
  /** As last seen here: never older than what was handled here. Reads the stream when it was not seen before. */
  readonly seen: (id: string) => Promise<Folded<State>>;
}

type Options = {
  /** How many streams are kept; the one not used for longest makes room. */
  readonly entriesMax: number;
};

/** Of two instances that write to one stream at once, one loses ten times in a row about once in a thousand times. */
const ATTEMPTS_MAX = 10;

const isBehind = (one: Revision, other: Revision): boolean =>
  other !== 'no-stream' && (one === 'no-stream' || one < other);

/**
 * The least recently used entry goes first: a `Map` keeps the order in which its keys were set. What was read while a
 * command was handled may be older than what is kept by then, which stays.
 */
const lru = <State>(entriesMax: number) => {
  const entries = new Map<string, Folded<State>>();
  return {
    get: (id: string): Folded<State> | undefined => entries.get(id),
    set: (id: string, folded: Folded<State>): Folded<State> => {
      const before = entries.get(id);
      const newest = before !== undefined && isBehind(folded.revision, before.revision) ? before : folded;
      entries.delete(id);
      entries.set(id, newest);
      if (entries.size > entriesMax) entries.delete(entries.keys().next().value ?? id);
      return newest;
    },
    forget: (id: string): void => {
      entries.delete(id);
    },
  };
};

/** Commands on one stream wait for each other here, instead of meeting at the store and moving it from under another. */
const turns = () => {
  const last = new Map<string, Promise<unknown>>();
  return async <T>(id: string, work: () => Promise<T>): Promise<T> => {
    const before = last.get(id) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(id, mine);
    try {
      return await mine;
    } finally {
      if (last.get(id) === mine) last.delete(id);
    }
  };
};

/** What was decided on is older than the stream. */
const STALE = Symbol('stale');

type Asked<Command> = {
  readonly id: string;
  readonly command: Command;
  readonly cause: Cause;
  readonly expected: Revision | undefined;
};

/**
 * Command handling for hot streams: keeps what streams were folded to. Other instances may write to the same streams,
 * so what is kept may be behind. An acceptance is then refused by the expected revision and decided afresh; a refusal,
 * or nothing to do, is believed only once the stream was read to its end.
 */
export const foldedStates = <Command, State, Event, Code extends string>(
  { initial, decide, evolve }: Decider<Command, State, Event, Code>,
  streams: EventStreams<Event>,
  { entriesMax }: Options,
): FoldedStates<Command, State, Code> => {
  const kept = lru<State>(entriesMax);

  const latest = async (id: string): Promise<Folded<State>> => {
    const known = kept.get(id);
    if (known === undefined || known.revision === 'no-stream') {
      const { events, revision } = await streams.read(id);
      return kept.set(id, { state: events.reduce(evolve, initial), revision });
    }
    let { state, revision }: Folded<State> = known;
    for await (const recorded of streams.recorded(id, known.revision + 1n)) {
      state = evolve(state, recorded.event);
      revision = recorded.revision;
    }
    return kept.set(id, { state, revision });
  };

  /** `isLatest`: read just now. Otherwise a no may be old news, and only a yes is put to the test by the append. */
  const decideOn = async (
    { id, command, cause, expected }: Asked<Command>,
    { state, revision }: Folded<State>,
    isLatest: boolean,
  ): Promise<Outcome<Code> | typeof STALE> => {
    const decision = decide(command, state);
    const moved = expected !== undefined && expected !== revision;
    if (moved || isRejection<Code>(decision) || decision.length === 0) {
      if (!isLatest) return STALE;
      if (isNoOp(decision)) return { revision };
      if (moved) throw new StreamMoved(id, expected);
    }
    if (isRejection<Code>(decision)) return decision;
    try {
      const reached = await streams.append(id, decision, revision, cause);
      kept.set(id, { state: decision.reduce(evolve, state), revision: reached });
      return { revision: reached };
    } catch (error) {
      // Whether it was stored is unknown: only the stream can tell.
      kept.forget(id);
      if (error instanceof StreamMoved) return STALE;
      throw error;
    }
  };

  const inTurn = turns();

  const handle: HandleCommand<Command, Code> = (id, command, cause, expected) =>
    inTurn(id, () => handleNow({ id, command, cause, expected }));

  const handleNow = async (asked: Asked<Command>): Promise<Outcome<Code>> => {
    const { id, expected } = asked;
    const known = kept.get(id);
    const quick = known === undefined ? STALE : await decideOn(asked, known, false);
    if (quick !== STALE) return quick;

    for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
      const outcome = await decideOn(asked, await latest(id), true);
      if (outcome !== STALE) return outcome;
    }
    throw new StreamMoved(id, expected ?? 'any');
  };

  return { handle, latest, seen: async (id) => kept.get(id) ?? latest(id) };
};
