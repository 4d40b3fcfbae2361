import type { RecordedEvent } from '@lego-moc/application/event-streams';
import type { Projection } from '@lego-moc/read-models/projection';
import type { WebhookEvent, WebhookEventType, WebhookSubject } from '../../domain/webhook-events.ts';
import { webhooksDecider, type Webhooks } from '../../domain/webhooks.ts';

/** The webhooks of one user. `keys` name the matters that at least one of them is about. */
export type WebhooksRow = {
  readonly owner: string | null;
  readonly keys: readonly string[];
  readonly webhooks: Webhooks;
};

/** The matter of an event of this type, as rows are found by it. */
export const matterKey = (subject: WebhookSubject, owner: string, eventType: WebhookEventType): string => {
  switch (subject.kind) {
    case 'own-mocs':
      return `${eventType} own ${owner}`;
    case 'moc':
      return `${eventType} moc ${subject.mocId}`;
    case 'builder':
      return `${eventType} builder ${subject.builderId}`;
  }
};

const keysOf = ({ byId }: Webhooks): readonly string[] => [
  ...new Set(
    Object.values(byId).flatMap(({ subject, owner, eventTypes }) =>
      eventTypes.map((eventType) => matterKey(subject, owner, eventType)),
    ),
  ),
];

export const mocWebhooks: Projection<WebhookEvent, WebhooksRow> = {
  name: 'moc-webhooks',
  source: { category: 'mocWebhooks' },
  columns: { owner: 'text', keys: 'text[]', webhooks: 'json' },
  indexes: ['create index on $table using gin (keys)'],
  evolve: (row, { event }: RecordedEvent<WebhookEvent>) => {
    const webhooks = webhooksDecider.evolve(row?.webhooks ?? webhooksDecider.initial, event);
    // The row of an erased user stays, without their name, so that its revision can be waited for.
    const owner = Object.values(webhooks.byId)[0]?.owner ?? null;
    return { owner, keys: keysOf(webhooks), webhooks };
  },
};
