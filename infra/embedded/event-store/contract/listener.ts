import type {
  AllStreamSubscription,
  StreamSubscription,
  ResolvedEvent,
  AllStreamResolvedEvent,
} from '@eventstore/db-client';
import { eventually } from './waiting.ts';

type ReceivedEvent = ResolvedEvent | AllStreamResolvedEvent;

/** The events and states that a subscription has delivered so far. */
export type Listener = {
  readonly events: ReceivedEvent[];
  readonly signals: ('confirmation' | 'caughtUp' | 'fellBehind')[];
  readonly errors: Error[];
  /** Waits until that many events have arrived and returns all of them. */
  readonly waitForEvents: (count: number, withinMs?: number) => Promise<ReceivedEvent[]>;
  readonly waitForCaughtUp: () => Promise<void>;
  readonly waitForError: () => Promise<Error>;
};

/** Listens from the moment of the call; `keep` selects the events of a test on a server that others use. */
export const listenTo = (
  subscription: StreamSubscription | AllStreamSubscription,
  keep: (event: ReceivedEvent) => boolean = () => true,
): Listener => {
  const listener = { events: [] as ReceivedEvent[], signals: [] as Listener['signals'], errors: [] as Error[] };
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
    waitForEvents: (count, withinMs) =>
      eventually(() => {
        if (listener.events.length >= count) return listener.events;
        const failure = listener.errors[0];
        throw failure ?? new Error(`Heard ${listener.events.length} of ${count} events`);
      }, withinMs),
    waitForCaughtUp: () =>
      eventually(() => {
        if (!listener.signals.includes('caughtUp')) throw listener.errors[0] ?? new Error('Not caught up');
      }),
    waitForError: () =>
      eventually(() => {
        const [failure] = listener.errors;
        if (failure === undefined) throw new Error('The subscription goes on without an error');
        return failure;
      }),
  };
};
