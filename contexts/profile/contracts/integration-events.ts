import { z } from 'zod';

/** The stream of integration events of this context. The subject of its events is the user. */
export const PROFILE_EVENTS = 'integration-profile';

/**
 * The profile after the event. It holds no names, addresses or texts, since an event cannot be erased. To show them, read
 * `GET /v1/users/public` and cache the answer for five minutes at most, or read it anew with each of these events.
 */
const knownPayload = z.object({
  status: z.literal('active'),
  userId: z.string(),
  avatarId: z.string().nullable(),
  createdAt: z.iso.datetime(),
  /** The changed parts: person, avatar. */
  changed: z.array(z.enum(['person', 'avatar'])),
});

/** `user.erased`: every context deletes what it stores about this user. */
const erasedPayload = z.object({ status: z.literal('erased'), userId: z.string(), erasedAt: z.iso.datetime() });

export const profilePayload = z.discriminatedUnion('status', [knownPayload, erasedPayload]);
export type ProfilePayload = z.infer<typeof profilePayload>;

/** Payload by event type. */
export const profilePayloads = {
  'profile.created': knownPayload,
  'profile.updated': knownPayload,
  'avatar.changed': knownPayload,
  'user.erased': erasedPayload,
} as const;
export type ProfileEventType = keyof typeof profilePayloads;
