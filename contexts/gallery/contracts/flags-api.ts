import { z } from 'zod';
import { imageId, trimmedText } from './text-api.ts';

/** Why an image is flagged. */
export const flagReason = z.enum(['not-a-creation', 'offensive', 'copyright', 'personal-data', 'spam', 'other']);
const words = trimmedText.max(1_000);
export const reviewDecision = z.enum(['dismiss', 'warn', 'hide', 'remove']);

/** `POST /v1/images/:imageId/flags` */
export const flagRequest = z.strictObject({ reason: flagReason, words: words.default('') });
/** `POST /v1/flags`, the monolith's `POST /api/flag`. */
export const flagImageRequest = z.strictObject({
  imageId,
  reason: flagReason.default('other'),
  words: words.default(''),
});
export const appealRequest = z.strictObject({ words: words.min(1) });
export const reviewDecisionReply = z.object({
  decision: reviewDecision,
  rule: z.string(),
  reason: z.string(),
  decidedAt: z.iso.datetime(),
});

/** What its owner is told of the moderation of an image; null while there is nothing to tell, and for everybody else. */
export const moderationReply = z.object({
  hidden: z.boolean(),
  /** Why it was flagged, since the last decision. */
  flags: z.array(flagReason),
  decision: reviewDecisionReply.nullable(),
  appealedAt: z.iso.datetime().nullable(),
});
