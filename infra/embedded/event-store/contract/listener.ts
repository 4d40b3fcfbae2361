import type {
  AllStreamSubscription,
  StreamSubscription,
  ResolvedEvent,
  AllStreamResolvedEvent,
} from '@eventstore/db-client';
import { eventually } from './waiting.ts';

type Heard = ResolvedEvent | AllStreamResolvedEvent;

/** What a subscription has told so far. */
export type Listener = {
  readonly events: Heard[];
  readonly signals: ('confirmation' | 'caughtUp' | 'fellBehind')[];
  readonly errors: Error[];
  /** Waits until that many events have come and answers with all of them. */
  readonly heard: (count: number, withinMs?: number) => Promise<Heard[]>;
  readonly caughtUp: () => Promise<void>;
  readonly failed: () => Promise<Error>;
};

/** Listens from the moment of the call; `keep` narrows to the events of a test on a server that others use. */
export const listenTo = (
  subscription: StreamSubscription | AllStreamSubscription,
  keep: (event: Heard) => boolean = () => true,
): Listener => {
  const listener = { events: [] as Heard[], signals: [] as Listener['signals'], errors: [] as Error[] };
  const stream = subscription as StreamSubscription;
  stream.on('data', (event) => {
    if (keep(event)) listener.events.push(event);
  });
  stream.on('error', (error) => listener.errors.push(error));
  stream.on('confirmation', () => listener.signals.push('confirmation'));
  stream.on('caughtUp', () => listener.signals.push('caughtUp'));
  stream.on('fellBehind', () => listener.signals.push('fellBehind'));

  return {
    ...listener,
    heard: (count, withinMs) =>
      eventually(() => {
        if (listener.events.length >= count) return listener.events;
        const failure = listener.errors[0];
        throw failure ?? new Error(`Heard ${listener.events.length} of ${count} events`);
      }, withinMs),
    caughtUp: () =>
      eventually(() => {
        if (!listener.signals.includes('caughtUp')) throw listener.errors[0] ?? new Error('Not caught up');
      }),
    failed: () =>
      eventually(() => {
        const [failure] = listener.errors;
        if (failure === undefined) throw new Error('The subscription goes on without an error');
        return failure;
      }),
  };
};
