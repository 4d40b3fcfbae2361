import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import { INTEREST_KINDS, type InterestEvent } from '../../domain/interests.ts';
import { instant } from './stored-values.ts';

const interest = { kind: z.enum(INTEREST_KINDS), target: z.string() };

/** Stored forms of a user's interests. */
export const interestsCodec = codecFor<InterestEvent>('moc-management', {
  InterestShown: [{ schema: z.object({ ...interest, shownAt: instant }) }],
  InterestWithdrawn: [{ schema: z.object(interest) }],
  InterestsErased: [{ schema: z.object({ erasedAt: instant }) }],
}).showing({ shown: ['kind', 'target', 'shownAt', 'erasedAt'], erasedBy: ['InterestsErased'] });
