import type { RecordedEvent } from '@lego-moc/application/event-streams';
import type { Projection } from '@lego-moc/read-models/projection';
import type { WebhookEvent } from '../../domain/webhook-events.ts';
import { webhookKeys } from '../../domain/webhook-matters.ts';
import { webhooksDecider, type Webhooks } from '../../domain/webhooks.ts';

/** The webhooks of one user, found by the matters that they may concern. */
export type WebhooksRow = { readonly keys: readonly string[]; readonly webhooks: Webhooks };

export const mocWebhooks: Projection<WebhookEvent, WebhooksRow> = {
  name: 'moc-webhooks',
  source: { category: 'mocWebhooks' },
  columns: { keys: 'text[]', webhooks: 'json' },
  indexes: ['create index on $table using gin (keys)'],
  // The row of an erased user stays, with nothing of theirs, so that its revision can be waited for.
  evolve: (row, { event }: RecordedEvent<WebhookEvent>) => {
    const webhooks = webhooksDecider.evolve(row?.webhooks ?? webhooksDecider.initial, event);
    return { keys: [...new Set(Object.values(webhooks.byId).flatMap(webhookKeys))], webhooks };
  },
};
