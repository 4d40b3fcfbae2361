import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { entityId } from '@lego-moc/event-store/delivered-event';
import { catchUp } from '@lego-moc/event-store/catch-up';
import type { UserId } from '@lego-moc/kernel/message';
import type { ErasedUsers } from '../../application/erased-sweep.ts';

const PAGE_SIZE = 500;

/** Nothing follows it on its stream: whoever has one is erased. The store picks them out, and sends nothing else. */
const SOURCE = { eventTypes: ['profile.UserErased'] };

/**
 * The ids of all who were ever erased, in pages. From the log itself: the read model lies in the same backup as the keys.
 * Ends early when `signal` aborts; throws `EventStoreUnavailable`.
 */
export const erasedUsers = (client: EventStoreClient): ErasedUsers =>
  async function* (signal) {
    let page: UserId[] = [];
    for await (const { stream } of catchUp(client, { source: SOURCE, from: 'start', signal })) {
      page.push(entityId(stream) as UserId);
      if (page.length < PAGE_SIZE) continue;
      yield page;
      page = [];
    }
    if (page.length > 0) yield page;
  };
