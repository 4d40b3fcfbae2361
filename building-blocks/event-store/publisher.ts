import type { EventStoreClient } from './connect.ts';
import { subscribePersistently } from './persistent-subscription.ts';
import { createPublication, type Publication } from './publication.ts';
import type { Subscription } from './subscription.ts';

/** An event in the batch was skipped and needs attempts of its own. */
class SkippedInBatch extends Error {
  constructor() {
    super('An event of this batch could not be translated');
    this.name = 'SkippedInBatch';
  }
}

/**
 * Translates private events into integration events on `integration-<context>`: each once and in the order of the log,
 * whatever is delivered again. The group `<context>-publisher`, of which one consumer at a time is a member, says when
 * there is something to publish; what is published follows from the log and from the last event of the integration
 * stream. An event that cannot be translated is recorded on `publisher-<context>` and parked, while the others go on; a
 * replay publishes it behind them.
 */
export const publishIntegrationEvents = (client: EventStoreClient, options: Publication): Subscription => {
  const { context, source, logger, tracer } = options;
  const publication = createPublication(client, options);
  return subscribePersistently(client, {
    group: `${context}-publisher`,
    source,
    logger,
    ...(tracer === undefined ? {} : { tracer }),
    exclusive: true,
    handle: publication.publish,
    handleAll: async (batch) => {
      const last = batch.reduce((max, { position }) => (position > max ? position : max), -1n);
      const skippedPositions = await publication.publishUntil(last);
      if (batch.some(({ eventId }) => skippedPositions.has(eventId))) throw new SkippedInBatch();
    },
  });
};
