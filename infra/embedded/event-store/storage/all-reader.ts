import { END, type Direction, type StoredEvent } from './event-log.ts';
import type { Finder } from './finder.ts';
import { pageBudget } from './page-budget.ts';
import { decodeRecord } from './record.ts';
import { gapCheck } from './gap-check.ts';

/** The whole log in the order of its positions; `end` is the last of them. */
export const allReader = (finder: Finder, end: () => number) => ({
  readAll: (from: bigint, direction: Direction, max: number, maxBytes?: number): StoredEvent[] => {
    const start = from >= END ? Number.MAX_SAFE_INTEGER : Number(from);
    if (max <= 0 || (direction === 'backwards' && start <= 0)) return [];
    // LMDB includes the start of a reverse range; reading backwards from a position excludes it.
    const range = direction === 'forwards' ? { start } : { start: start - 1, reverse: true };
    const budget = pageBudget(max, maxBytes);
    const chain = gapCheck(direction, start, end());
    const events: StoredEvent[] = [];
    for (const position of finder.positions({ ...range, limit: max })) {
      if (budget.isSpent()) return events;
      const event = decodeRecord(BigInt(position), chain.verify(position, finder.record(position)));
      if (!budget.take(event)) return events;
      events.push(event);
    }
    if (events.length < max) chain.verifyEnd();
    return events;
  },

  /** 0 when the log is empty. */
  lastPosition: (): number => [...finder.positions({ reverse: true, limit: 1 })][0] ?? 0,
});
