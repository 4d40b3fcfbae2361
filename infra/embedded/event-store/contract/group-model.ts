/** A subscription group with one consumer, small enough to be read as the specification. */
export type Sent = { readonly revision: number; readonly retryCount: number };
export type ModelGroup = {
  readonly bufferSize: number;
  readonly maxRetryCount: number;
  readonly waiting: readonly Sent[];
  readonly again: readonly Sent[];
  readonly inFlight: readonly Sent[];
  readonly parked: readonly number[];
  readonly appended: number;
  /** Everything the consumer has been sent, in order. */
  readonly sent: readonly Sent[];
};

export const newGroup = (bufferSize: number, maxRetryCount: number): ModelGroup => ({
  bufferSize,
  maxRetryCount,
  waiting: [],
  again: [],
  inFlight: [],
  parked: [],
  appended: 0,
  sent: [],
});

/** What is to be sent again goes before what was never sent. */
const push = (group: ModelGroup): ModelGroup => {
  const next = group.again[0] ?? group.waiting[0];
  if (next === undefined || group.inFlight.length >= group.bufferSize) return group;
  return push({
    ...group,
    again: group.again.slice(1),
    waiting: group.again.length > 0 ? group.waiting : group.waiting.slice(1),
    inFlight: [...group.inFlight, next],
    sent: [...group.sent, next],
  });
};

export const append = (group: ModelGroup, count: number): ModelGroup =>
  push({
    ...group,
    appended: group.appended + count,
    waiting: [
      ...group.waiting,
      ...Array.from({ length: count }, (_, index) => ({ revision: group.appended + index, retryCount: 0 })),
    ],
  });

const without = (group: ModelGroup, { revision }: Sent): ModelGroup => ({
  ...group,
  inFlight: group.inFlight.filter((sent) => sent.revision !== revision),
});

export const settle = (group: ModelGroup, sent: Sent): ModelGroup => push(without(group, sent));

export const park = (group: ModelGroup, sent: Sent): ModelGroup => {
  const left = without(group, sent);
  return push({ ...left, parked: [...left.parked, sent.revision] });
};

export const retry = (group: ModelGroup, sent: Sent): ModelGroup => {
  if (sent.retryCount >= group.maxRetryCount) return park(group, sent);
  const left = without(group, sent);
  const more = { ...sent, retryCount: sent.retryCount + 1 };
  return push({ ...left, again: [...left.again, more].sort((a, b) => a.revision - b.revision) });
};

export const replay = (group: ModelGroup): ModelGroup =>
  push({
    ...group,
    parked: [],
    again: [...group.again, ...group.parked.map((revision) => ({ revision, retryCount: 0 }))],
  });
