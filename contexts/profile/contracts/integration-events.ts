import { z } from 'zod';

/** The stream on which profiles tell the other contexts what happened. The subject of its events is the user. */
export const PROFILE_EVENTS = 'integration-profile';

/**
 * The profile as it stood after the event. Names, addresses and texts are not in it: what lies in an event cannot be
 * forgotten. Whoever shows them asks `GET /v1/users/public` and keeps them no longer than five minutes.
 */
const knownPayload = z.object({
  status: z.literal('active'),
  userId: z.string(),
  avatarId: z.string().nullable(),
  createdAt: z.iso.datetime(),
  /** What the event changed: person, avatar. */
  changed: z.array(z.enum(['person', 'avatar'])),
});

/** `user.erased`: whoever keeps anything of this user forgets it. */
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
