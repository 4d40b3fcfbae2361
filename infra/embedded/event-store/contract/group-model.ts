/** A subscription group with one consumer, small enough to be read as the specification. */
export type SentMessage = { readonly revision: number; readonly retryCount: number };
export type Message = SentMessage & { readonly replayed: boolean };
export type ModelGroup = {
  readonly bufferSize: number;
  readonly maxRetryCount: number;
  readonly waiting: readonly Message[];
  readonly again: readonly Message[];
  readonly inFlight: readonly Message[];
  readonly parked: readonly number[];
  readonly appended: number;
  /** All deliveries to the consumer, in order. */
  readonly deliveries: readonly SentMessage[];
};

export const newGroup = (bufferSize: number, maxRetryCount: number): ModelGroup => ({
  bufferSize,
  maxRetryCount,
  waiting: [],
  again: [],
  inFlight: [],
  parked: [],
  appended: 0,
  deliveries: [],
});

/** Messages to be retried precede messages that were never delivered. */
const push = (group: ModelGroup): ModelGroup => {
  const next = group.again[0] ?? group.waiting[0];
  if (next === undefined || group.inFlight.length >= group.bufferSize) return group;
  return push({
    ...group,
    again: group.again.slice(1),
    waiting: group.again.length > 0 ? group.waiting : group.waiting.slice(1),
    inFlight: [...group.inFlight, next],
    deliveries: [...group.deliveries, { revision: next.revision, retryCount: next.retryCount }],
  });
};

export const append = (group: ModelGroup, count: number): ModelGroup =>
  push({
    ...group,
    appended: group.appended + count,
    waiting: [
      ...group.waiting,
      ...Array.from({ length: count }, (_, index) => ({
        revision: group.appended + index,
        retryCount: 0,
        replayed: false,
      })),
    ],
  });

const without = (group: ModelGroup, { revision }: Message): ModelGroup => ({
  ...group,
  inFlight: group.inFlight.filter((message) => message.revision !== revision),
});

export const settle = (group: ModelGroup, message: Message): ModelGroup => push(without(group, message));

export const park = (group: ModelGroup, message: Message): ModelGroup => {
  const remainder = without(group, message);
  return push({ ...remainder, parked: [...remainder.parked, message.revision] });
};

/** In the order of the stream; messages that were parked once follow. */
const inTurn = (again: readonly Message[], message: Message): readonly Message[] => {
  const later = again.findIndex(({ revision, replayed }) => replayed || revision > message.revision);
  return message.replayed || later === -1 ? [...again, message] : again.toSpliced(later, 0, message);
};

export const retry = (group: ModelGroup, message: Message): ModelGroup => {
  if (message.retryCount >= group.maxRetryCount) return park(group, message);
  const remainder = without(group, message);
  return push({ ...remainder, again: inTurn(remainder.again, { ...message, retryCount: message.retryCount + 1 }) });
};

export const replay = (group: ModelGroup): ModelGroup =>
  push({
    ...group,
    parked: [],
    again: [...group.again, ...group.parked.map((revision) => ({ revision, retryCount: 0, replayed: true }))],
  });
