export type SubscriptionStatus = {
  readonly state: 'connecting' | 'live' | 'waiting' | 'stopped';
  /** Messages handled and parked since the start of this process. */
  readonly handled: number;
  readonly parked: number;
  readonly inFlight: number;
  readonly lastError: string | undefined;
};

/** A running subscription, whatever it does with the events. */
export type Subscription = {
  readonly name: string;
  /** Accepts no new message, waits (bounded) for those in flight, and disconnects. */
  stop(): Promise<void>;
  status(): SubscriptionStatus;
};
