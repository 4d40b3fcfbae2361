import { isNoOp, type HandleCommand, type Outcome } from './command-handler.ts';
import { CONFLICT, CONFLICT_BUDGET_MS, retryConflicts } from './conflict-retry.ts';
import { isRejection, type Decider } from '@lego-moc/kernel/decider';
import { StreamMoved, type Cause, type EventStreams, type Revision } from './event-streams.ts';
import { stateCache, type FoldedState } from './state-cache.ts';
import { turns } from './turns.ts';

export interface FoldedStates<Command, State, Code extends string> {
  /** Like `commandHandler`, but an accepted command on a cached stream costs one append and no read. */
  readonly handle: HandleCommand<Command, Code>;
  /** Folded up to the end of the stream: reads the events after the cached ones. */
  readonly latest: (id: string) => Promise<FoldedState<State>>;
  /** The cached state, never older than what was handled here. Reads the stream when it is not cached. */
  readonly lastSeen: (id: string) => Promise<FoldedState<State>>;
}

type Options = {
  /** How much state is kept, in characters of JSON. */
  readonly bytesMax?: number;
  /** How long a command is decided again while other writers are faster. */
  readonly conflictBudgetMs?: number;
};

const BYTES_MAX = 8 * 1024 * 1024;

type Request<Command> = {
  readonly id: string;
  readonly command: Command;
  readonly cause: Cause;
  readonly expected: Revision | undefined;
};

/**
 * Command handling for hot and for long streams: keeps the states that streams were folded to. Commands on one stream
 * wait for each other in this process. Other instances may write to the same streams, so a cached state may be behind:
 * the expected revision of the append refuses an acceptance that was decided on it, and a rejection or a no-op is
 * decided again on the stream as it is. The handler throws `StreamMoved` when other instances were faster for the whole
 * `conflictBudgetMs`, 10 s unless given.
 */
export const foldedStates = <Command, State, Event, Code extends string>(
  { initial, decide, evolve }: Decider<Command, State, Event, Code>,
  streams: EventStreams<Event>,
  { bytesMax = BYTES_MAX, conflictBudgetMs = CONFLICT_BUDGET_MS }: Options = {},
): FoldedStates<Command, State, Code> => {
  const cache = stateCache<State>(bytesMax);
  const inTurn = turns();

  const latest = async (id: string): Promise<FoldedState<State>> => {
    const cachedState = cache.get(id);
    if (cachedState === undefined || cachedState.revision === 'no-stream') {
      const { events, revision } = await streams.read(id);
      return cache.put(id, { state: events.reduce(evolve, initial), revision });
    }
    let { state, revision }: FoldedState<State> = cachedState;
    for await (const recordedEvent of streams.readEvents(id, cachedState.revision + 1n)) {
      state = evolve(state, recordedEvent.event);
      revision = recordedEvent.revision;
    }
    return cache.put(id, { state, revision });
  };

  /** `isLatest`: read just now. On an older state only an acceptance counts, since the append verifies it. */
  const decideOn = async (
    { id, command, cause, expected }: Request<Command>,
    { state, revision }: FoldedState<State>,
    isLatest: boolean,
  ): Promise<Outcome<Code> | typeof CONFLICT> => {
    const decision = decide(command, state);
    const hasMoved = expected !== undefined && expected !== revision;
    if (hasMoved || isRejection<Code>(decision) || decision.length === 0) {
      if (!isLatest) return CONFLICT;
      if (isNoOp(decision)) return { revision };
      if (hasMoved) throw new StreamMoved(id, expected);
    }
    if (isRejection<Code>(decision)) return decision;
    try {
      const newRevision = await streams.append(id, decision, revision, cause);
      cache.put(id, { state: decision.reduce(evolve, state), revision: newRevision });
      return { revision: newRevision };
    } catch (error) {
      // Whether the events were stored is unknown: only the stream can tell.
      cache.delete(id);
      if (error instanceof StreamMoved) return CONFLICT;
      throw error;
    }
  };

  const handleNow = async (request: Request<Command>): Promise<Outcome<Code>> => {
    const { id, expected } = request;
    const cachedState = cache.get(id);
    const quick = cachedState === undefined ? CONFLICT : await decideOn(request, cachedState, false);
    if (quick !== CONFLICT) return quick;
    const outcome = await retryConflicts(async () => decideOn(request, await latest(id), true), conflictBudgetMs);
    if (outcome === CONFLICT) throw new StreamMoved(id, expected ?? 'any');
    return outcome;
  };

  return {
    handle: (id, command, cause, expected) => inTurn(id, () => handleNow({ id, command, cause, expected })),
    latest,
    lastSeen: async (id) => cache.get(id) ?? latest(id),
  };
};
