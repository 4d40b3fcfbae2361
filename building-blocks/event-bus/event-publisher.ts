import type { BusEvent } from './bus-event.ts';

/** Whether a bus accepts events now; `reason` says why not, without credentials. */
export type BusState = { readonly available: true } | { readonly available: false; readonly reason: string };

/** A bus outside the platform, as those see it who publish. */
export interface EventPublisher {
  /**
   * Publishes in this order, and resolves when the bus has confirmed all of them. After a failure any number of them may
   * have arrived: publishing them again from the first one on keeps the order of first arrivals. Throws
   * `EventBusUnavailable`, and `EventRefused` for one that the bus will never accept.
   */
  publish(events: readonly BusEvent[]): Promise<void>;
  state(): BusState;
  close(): Promise<void>;
}

/** The bus is away or does not confirm; a later attempt will help. */
export class EventBusUnavailable extends Error {
  readonly outage = true;

  constructor(reason: string, options?: ErrorOptions) {
    super(`The event bus is not available: ${reason}`, options);
    this.name = 'EventBusUnavailable';
  }
}

/** The bus will never accept this event: it is too large, for instance. */
export class EventRefused extends Error {
  readonly eventId: string;

  constructor(eventId: string, reason: string) {
    super(`The event bus refuses event ${eventId}: ${reason}`);
    this.name = 'EventRefused';
    this.eventId = eventId;
  }
}
