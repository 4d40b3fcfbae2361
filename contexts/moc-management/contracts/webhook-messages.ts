import { z } from 'zod';

const instant = z.iso.datetime();
const ids = { mocId: z.uuid(), owner: z.string() };
/** Ascends with each event of a MOC: a receiver that keeps the highest does not depend on the order of messages. */
const revision = z.string().regex(/^\d+$/);

/** The MOC as it was after the event; of a published one, its last version. `changed` names the members that it changed. */
const mocData = z.object({
  ...ids,
  revision,
  status: z.enum(['draft', 'published']),
  title: z.string(),
  type: z.enum(['moc', 'set']),
  theme: z.string(),
  tags: z.array(z.string()),
  totalPieces: z.int().nonnegative(),
  version: z.int().nonnegative(),
  createdAt: instant,
  publishedAt: instant.nullable(),
  changed: z.array(z.string()),
});

const message = <Type extends string, Data extends z.ZodType>(type: Type, data: Data) =>
  z.object({ type: z.literal(type), timestamp: instant, data });

/** The bodies of messages, by type. `timestamp` is when it happened; the header `webhook-timestamp` when it was sent. */
export const webhookMessages = {
  'moc.created': message('moc.created', mocData),
  'moc.published': message('moc.published', mocData),
  'moc.updated': message('moc.updated', mocData),
  'moc.deleted': message('moc.deleted', z.object({ ...ids, revision, deletedAt: instant })),
  'moc.commented': message('moc.commented', z.object({ mocId: z.uuid(), commentId: z.uuid() })),
  'moc.liked': message('moc.liked', z.object({ mocId: z.uuid() })),
  'webhook.test': message('webhook.test', z.object({ webhookId: z.uuid() })),
} as const;

export type WebhookMessage = z.infer<(typeof webhookMessages)[keyof typeof webhookMessages]>;
