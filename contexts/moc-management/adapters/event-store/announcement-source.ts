import type { EventStoreClient } from '@lego-moc/event-store/connect';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { integrationEnvelope } from '@lego-moc/event-store/integration-events';
import { readStreamEvents } from '@lego-moc/event-store/read-stream';
import type { Announcement } from '../../application/webhooks/find-matters.ts';
import { MOC_MANAGEMENT_EVENTS, mocPayload } from '../../contracts/integration-events.ts';

const envelope = integrationEnvelope(mocPayload);

export const toAnnouncement = ({ revision, data }: DeliveredEvent): Announcement => ({
  number: revision,
  event: envelope.parse(data),
});

/** Reads one of this context's integration events again. */
export const announcementSource =
  (client: EventStoreClient) =>
  async (number: bigint): Promise<Announcement | undefined> => {
    for await (const event of readStreamEvents(client, MOC_MANAGEMENT_EVENTS, number))
      return event.revision === number ? toAnnouncement(event) : undefined;
    return undefined;
  };
