import { UnknownError } from '@eventstore/db-client';
import type { EventStoreClient } from './connect.ts';
import { toDeliveredEvent, type DeliveredEvent } from './delivered-event.ts';
import { retryUnavailable } from './retry.ts';

/**
 * The event at a commit position of the log, `undefined` where no event begins: a position of another store, for
 * instance. Throws `EventStoreUnavailable`.
 */
export const readEventAt = (client: EventStoreClient, position: bigint): Promise<DeliveredEvent | undefined> =>
  retryUnavailable(client, async () => {
    const fromPosition = { commit: position, prepare: position };
    let match: DeliveredEvent | undefined;
    try {
      for await (const { event, commitPosition } of client.readAll({ fromPosition, maxCount: 1 }))
        if (event !== undefined) match = toDeliveredEvent(event, commitPosition);
    } catch (error) {
      if (!(error instanceof UnknownError)) throw error;
    }
    return match?.position === position ? match : undefined;
  });
