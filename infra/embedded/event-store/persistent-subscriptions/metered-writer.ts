import type { EncodedMessage } from '../wire/read-event.ts';
import type { Connection } from './outbox.ts';
import { eventResponse } from './responses.ts';

/** The side of a call that takes messages; `taken` is called when one has left for the network. */
export interface MessageSink {
  write(message: EncodedMessage, onTaken: () => void): unknown;
}

/** How much may be on its way to one consumer. The call itself counts messages, and sixteen of them may be 16 MiB. */
const UNDER_WAY_BYTES_MAX = 256 * 1024;
/** Overhead of a message beside its data, in bytes. */
const ENVELOPE_BYTES = 1024;

/** Writes deliveries and counts them until the connection has taken them; says when it takes more again. */
export const meteredWriter = (sink: MessageSink, structuredId: boolean, onDrain: () => void): Connection['deliver'] => {
  let underWay = 0;
  return (resolvedEvent, retryCount) => {
    const bytes =
      ENVELOPE_BYTES + (resolvedEvent.event?.data.length ?? 0) + (resolvedEvent.event?.metadata.length ?? 0);
    underWay += bytes;
    sink.write(eventResponse(resolvedEvent, retryCount, structuredId), () => {
      const wasFull = underWay >= UNDER_WAY_BYTES_MAX;
      underWay -= bytes;
      if (wasFull && underWay < UNDER_WAY_BYTES_MAX) onDrain();
    });
    return underWay < UNDER_WAY_BYTES_MAX;
  };
};
