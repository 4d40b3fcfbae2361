import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { CommentId } from './comment-events.ts';
import type { MocId } from './moc-id.ts';
import type { WebhookEventType } from './webhook-events.ts';
import type { Webhook } from './webhooks.ts';

/** Who may learn of a matter: the MOC's owner alone, or everybody who sees the MOC. */
export type Audience = 'owner' | 'readers';

/** Something that happened to a MOC, and that webhooks may be about. */
export type Matter = {
  /** The same however often it is found out. */
  readonly matterId: string;
  readonly type: WebhookEventType;
  readonly mocId: MocId;
  readonly owner: UserId;
  readonly audience: Audience;
  readonly at: Instant;
  readonly commentId: CommentId | null;
  /** The number of the integration event that tells of it; null of comments and likes. */
  readonly announcement: bigint | null;
};

const isAbout = ({ subject, owner }: Webhook, matter: Pick<Matter, 'mocId' | 'owner'>): boolean => {
  switch (subject.kind) {
    case 'own-mocs':
      return matter.owner === owner;
    case 'moc':
      return matter.mocId === subject.mocId;
    case 'builder':
      return matter.owner === subject.builderId;
  }
};

/** Whether a webhook wants to tell its owner of a matter, and may. */
export const concerns = (webhook: Webhook, matter: Pick<Matter, 'type' | 'mocId' | 'owner' | 'audience'>): boolean =>
  webhook.eventTypes.includes(matter.type) &&
  isAbout(webhook, matter) &&
  (matter.audience === 'readers' || matter.owner === webhook.owner);

/** The webhooks that may concern a matter, by the keys under which they are found. */
export const matterKeys = ({ type, mocId, owner }: Pick<Matter, 'type' | 'mocId' | 'owner'>): readonly string[] => [
  `${type} own ${owner}`,
  `${type} moc ${mocId}`,
  `${type} builder ${owner}`,
];

/** The keys under which a webhook is found. */
export const webhookKeys = ({ subject, owner, eventTypes }: Webhook): readonly string[] =>
  eventTypes.map((type) => {
    switch (subject.kind) {
      case 'own-mocs':
        return `${type} own ${owner}`;
      case 'moc':
        return `${type} moc ${subject.mocId}`;
      case 'builder':
        return `${type} builder ${subject.builderId}`;
    }
  });
