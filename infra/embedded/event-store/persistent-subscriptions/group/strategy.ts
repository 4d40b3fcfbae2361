import type { Consumer } from './consumer.ts';
import type { Message } from './message.ts';

export type InFlight = ReadonlyMap<string, { readonly message: Message }>;

/** Chooses the consumer of the next message. */
export interface Strategy {
  join(consumer: Consumer): void;
  leave(consumer: Consumer): void;
  /** `'wait'`: its consumer is busy, others are not. Undefined: nobody takes anything now. */
  choose(message: Message, inFlight: InFlight): Consumer | 'wait' | undefined;
}
