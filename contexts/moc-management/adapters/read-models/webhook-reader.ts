import type { Queries } from '@lego-moc/postgres/database';
import type { MatchingWebhooks } from '../../application/webhooks/queue-deliveries.ts';

type WebhookReader = {
  /** The revision of a user's webhooks that the read model has. */
  readonly revisionOf: (id: string) => Promise<bigint | undefined>;
  readonly matching: MatchingWebhooks;
};

/** Reads whose webhooks concern a matter. */
export const webhookReader = (db: Pick<Queries, 'any' | 'oneOrNone'>): WebhookReader => ({
  revisionOf: async (id) =>
    (await db.oneOrNone<{ revision: bigint }>('select revision from moc_webhooks where id = $<id>', { id }))?.revision,

  matching: (keys, limit, after) =>
    db.any(
      'select id, webhooks from moc_webhooks where keys && $<keys>::text[] and id > $<after> order by id limit $<limit>',
      { keys, after, limit },
    ),
});
