import { LRUCache } from 'lru-cache';
import type { Revision } from './event-streams.ts';

/** The state of a stream, and the revision up to which it was folded. */
export type FoldedState<State> = { readonly state: State; readonly revision: Revision };

/** Folded states by the id of their stream, the least recently used dropped first. */
export type StateCache<State> = {
  readonly get: (id: string) => FoldedState<State> | undefined;
  /** Keeps the newer of the cached and the given state; returns it. */
  readonly put: (id: string, foldedState: FoldedState<State>) => FoldedState<State>;
  readonly delete: (id: string) => void;
};

/** Measuring a state costs more than folding an event, so it is not done at every change. */
const MEASURE_EVERY = 32;

type Entry<State> = { readonly foldedState: FoldedState<State>; readonly bytes: number; readonly changes: number };

const isBehind = (revision: Revision, other: Revision): boolean =>
  other !== 'no-stream' && (revision === 'no-stream' || revision < other);

const jsonLength = (state: unknown): number =>
  JSON.stringify({ state }, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)).length;

/** At every power of two first, since new states grow fast; later regularly. */
const isDue = (changes: number): boolean => (changes & (changes - 1)) === 0 || changes % MEASURE_EVERY === 0;

/**
 * A cache of folded states of at most `bytesMax` characters of JSON altogether. A state that alone is larger is not
 * kept. Sizes are estimates, measured at the first changes and at every 32nd one.
 */
export const stateCache = <State>(bytesMax: number): StateCache<State> => {
  const entries = new LRUCache<string, Entry<State>>({ maxSize: bytesMax, sizeCalculation: ({ bytes }) => bytes });
  return {
    get: (id) => entries.get(id)?.foldedState,
    put: (id, foldedState) => {
      const before = entries.get(id);
      if (before !== undefined && isBehind(foldedState.revision, before.foldedState.revision))
        return before.foldedState;
      const changes = (before?.changes ?? 0) + 1;
      const bytes = before === undefined || isDue(changes) ? jsonLength(foldedState.state) : before.bytes;
      entries.set(id, { foldedState, bytes, changes });
      return foldedState;
    },
    delete: (id) => void entries.delete(id),
  };
};
