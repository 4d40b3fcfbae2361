import { hasRoom, type Consumer } from './consumer.ts';
import { pinnedStrategy } from './pinned.ts';
import type { ConsumerStrategy } from './settings.ts';
import type { Strategy } from './strategy.ts';

/** Each in turn, passing over the busy. */
const roundRobin = (): Strategy => {
  const ring: Consumer[] = [];

  return {
    join: (consumer) => void ring.push(consumer),
    leave: (consumer) => void ring.splice(ring.indexOf(consumer), 1),
    choose: () => {
      const at = ring.findIndex(hasRoom);
      if (at === -1) return undefined;
      ring.push(...ring.splice(0, at + 1));
      return ring.at(-1);
    },
  };
};

/** One takes all until it is busy; then it goes to the end of the row. */
const dispatchToSingle = (): Strategy => {
  const row: Consumer[] = [];

  return {
    join: (consumer) => void row.push(consumer),
    leave: (consumer) => void row.splice(row.indexOf(consumer), 1),
    choose: () => {
      const at = row.findIndex(hasRoom);
      if (at === -1) return undefined;
      row.push(...row.splice(0, at));
      return row[0];
    },
  };
};

const STRATEGIES: Record<ConsumerStrategy, () => Strategy> = {
  RoundRobin: roundRobin,
  DispatchToSingle: dispatchToSingle,
  Pinned: pinnedStrategy,
  PinnedByCorrelation: pinnedStrategy,
};

export const strategyFor = (name: ConsumerStrategy): Strategy => STRATEGIES[name]();
