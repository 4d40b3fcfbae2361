import type { EventStreams, RecordedEvent } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { WebhookEvent } from '../../domain/webhook-events.ts';
import type { SealedValues } from '../ports/sealed-values.ts';
import { webhooksId } from './webhooks-of-users.ts';

/** An event of a user's webhooks as its owner reads it. */
export type WebhookEntry = Pick<RecordedEvent<WebhookEvent>, 'id' | 'revision' | 'recordedAt'> & {
  readonly event: { readonly type: string; readonly data: object };
};

export type WebhookHistory = (user: UserId) => AsyncIterable<WebhookEntry>;

/** What was recorded of a user's webhooks: URLs as long as they are stored, and null afterwards; no secrets. */
export const readWebhookHistory = (
  streams: Pick<EventStreams<WebhookEvent>, 'readEvents'>,
  values: Pick<SealedValues, 'find'>,
): WebhookHistory =>
  async function* (user) {
    const dataOf = async ({ data }: WebhookEvent): Promise<object> => {
      const entries = Object.entries(data).filter(([name]) => name !== 'secret');
      if (!('url' in data)) return Object.fromEntries(entries);
      return { ...Object.fromEntries(entries), url: (await values.find(user, data.url)) ?? null };
    };
    for await (const { id, revision, recordedAt, event } of streams.readEvents(webhooksId(user)))
      yield { id, revision, recordedAt, event: { type: event.type, data: await dataOf(event) } };
  };
