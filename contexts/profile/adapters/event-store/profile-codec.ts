import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { SealedProfileEvent } from '../../application/sealed-events.ts';

const userId = z.string().transform((id) => id as UserId);
const instant = z.iso.datetime().transform((at) => at as Instant);
const blob = z.string();

/** Stored forms of a profile's events, in which personal parts are sealed. */
export const profileCodec = codecFor<SealedProfileEvent>('profile', {
  ProfileCreated: [
    {
      schema: z.object({
        userId,
        createdAt: instant,
        emailAsOf: instant,
        sealed: z.object({ person: blob, email: blob }),
      }),
    },
  ],
  ProfileUpdated: [{ schema: z.object({ sealed: z.object({ person: blob }) }) }],
  EmailNoted: [{ schema: z.object({ asOf: instant, sealed: z.object({ email: blob }) }) }],
  PreferencesChosen: [{ schema: z.object({ sealed: z.object({ preferences: blob }) }) }],
  AvatarChanged: [{ schema: z.object({ avatarId: z.string().nullable() }) }],
  AvatarDescribed: [{ schema: z.object({ avatarId: z.string(), sealed: z.object({ avatarPreview: blob }) }) }],
  UserErased: [{ schema: z.object({ userId, erasedAt: instant, because: z.enum(['asked', 'account-deleted']) }) }],
}).showing({
  shown: [...['userId', 'createdAt', 'emailAsOf', 'asOf', 'avatarId', 'erasedAt', 'because', 'status']],
  secret: ['sealed'],
  erasedBy: ['UserErased'],
});
