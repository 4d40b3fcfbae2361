import { derivedId } from '@lego-moc/kernel/ids';
import type { WebhookId } from '../../domain/webhook-events.ts';
import { concerns, matterKeys, type Matter } from '../../domain/webhook-matters.ts';
import type { Webhook, Webhooks } from '../../domain/webhooks.ts';
import type { NewDelivery, WebhookDeliveries } from '../ports/webhook-deliveries.ts';

/** The webhooks of users, as the read model has them, that may concern a matter: a page behind the row `after`. */
export type MatchingWebhooks = (
  keys: readonly string[],
  limit: number,
  after: string,
) => Promise<readonly { readonly id: string; readonly webhooks: Webhooks }[]>;

/** Users whose webhooks are read at once; each has a few. */
const PAGE = 200;

/** Nothing is kept for whom its owner has disabled; what failed by itself may be replayed. */
const isTold = ({ disabled }: Webhook): boolean => disabled?.reason !== 'owner';

const deliveriesTo = (webhooks: Webhooks, matter: Matter): readonly NewDelivery[] =>
  Object.entries(webhooks.byId)
    .filter(([, webhook]) => isTold(webhook) && concerns(webhook, matter))
    .map(([webhookId, webhook]) => {
      const { matterId, type, mocId, commentId, audience, announcement, at } = matter;
      return {
        deliveryId: derivedId('webhook-delivery', webhookId, matterId),
        ...{ webhookId: webhookId as WebhookId, owner: webhook.owner },
        ...{ type, mocId, commentId, audience, announcement, at, isMissed: webhook.disabled !== null },
      };
    });

/** Queues a message to every webhook that a matter concerns. The same matter again changes nothing. */
export const queueDeliveries =
  (matching: MatchingWebhooks, deliveries: Pick<WebhookDeliveries, 'queue'>) =>
  async (matter: Matter): Promise<number> => {
    let count = 0;
    let after = '';
    for (;;) {
      const rows = await matching(matterKeys(matter), PAGE, after);
      const page = rows.flatMap(({ webhooks }) => deliveriesTo(webhooks, matter));
      await deliveries.queue(page);
      count += page.length;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return count;
      after = last.id;
    }
  };
