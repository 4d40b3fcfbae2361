import type { Instant } from '@lego-moc/kernel/message';
import type { DeliveredEvent } from './delivered-event.ts';

export type SubscriptionStatus = {
  /** `standby`: another process consumes; this one takes over when that one is gone. */
  readonly state: 'connecting' | 'live' | 'standby' | 'waiting' | 'stopped';
  /** Messages handled and parked since the start of this process. */
  readonly handled: number;
  readonly parked: number;
  readonly inFlight: number;
  /** The latest event in the stream or log that this process has handled. */
  readonly lastHandled?: Pick<DeliveredEvent, 'revision' | 'position' | 'recordedAt'> | undefined;
  /** When the oldest event that this process is handling was recorded. */
  readonly oldestInFlight?: Instant | undefined;
  readonly lastError: string | undefined;
};

/** A running subscription, whatever it does with the events. */
export type Subscription = {
  readonly name: string;
  /** Accepts no new message, waits (bounded) for those in flight, and disconnects. */
  stop(): Promise<void>;
  status(): SubscriptionStatus;
};
