import type { Message } from './message.ts';

/** How far a group has come: everything up to this position is done with. */
export type ProgressPoint = { readonly position: bigint; readonly sequence: number };

export interface Progress {
  /** The last event that was considered, wanted or not. */
  lastConsidered(): ProgressPoint;
  consider(messages: readonly Message[], upTo: ProgressPoint): void;
  lastReached(): ProgressPoint;
}

/** Remembers messages in the order of their source until the first of them is done. */
export const progressFrom = (start: bigint): Progress => {
  let lastConsidered: ProgressPoint = { position: start, sequence: 0 };
  let open: Message[] = [];
  let first = 0;

  return {
    lastConsidered: () => lastConsidered,
    consider: (messages, upTo) => {
      if (first > open.length / 2) {
        open = open.slice(first);
        first = 0;
      }
      for (const message of messages) open.push(message);
      lastConsidered = upTo;
    },
    lastReached: () => {
      while (open[first]?.isDone === true) first += 1;
      const lowest = open[first];
      return lowest === undefined ? lastConsidered : { position: lowest.previous, sequence: lowest.sequence - 1 };
    },
  };
};
