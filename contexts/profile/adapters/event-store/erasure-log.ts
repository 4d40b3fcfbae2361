import { catchUp } from '@lego-moc/event-store/catch-up';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { entityId } from '@lego-moc/event-store/delivered-event';
import { lastPosition } from '@lego-moc/event-store/last-position';
import type { UserId } from '@lego-moc/kernel/message';
import type { ErasureLog } from '../../application/restored-keys.ts';

const PAGE_SIZE = 500;

/** The store filters by the event type, and sends nothing else. */
const SOURCE = { eventTypes: ['profile.UserErased'] };

/** Erasures as the log of the event store has them, not a read model: that lies in the same backup as the keys. */
export const erasureLog = (client: EventStoreClient): ErasureLog => ({
  end: () => lastPosition(client),
  erasedAfter: async function* (from, signal) {
    let page: UserId[] = [];
    for await (const { stream } of catchUp(client, { source: SOURCE, from, signal })) {
      page.push(entityId(stream) as UserId);
      if (page.length < PAGE_SIZE) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  },
});
