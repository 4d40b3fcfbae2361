import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AlbumEvent, AlbumId } from '../../domain/album-events.ts';
import type { ImageEvent, ImageId } from '../../domain/image-events.ts';
import type { FlaggerEvent } from '../../domain/flagger-events.ts';
import type { OwnerEvent } from '../../domain/owner-events.ts';

const imageId = z.string().transform((id) => id as ImageId);
const albumId = z.string().transform((id) => id as AlbumId);
const owner = z.string().transform((id) => id as UserId);
const instant = z.iso.datetime().transform((at) => at as Instant);
const visibility = z.enum(['private', 'unlisted', 'public']);
const licence = z.enum([
  ...['all-rights-reserved', 'cc0-1.0'],
  ...['cc-by-4.0', 'cc-by-sa-4.0', 'cc-by-nc-4.0', 'cc-by-nc-sa-4.0'],
  ...['cc-by-nd-4.0', 'cc-by-nc-nd-4.0'],
] as const);
const details = {
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  altText: z.string(),
  licence,
};
const file = z.object({ name: z.string(), mediaType: z.string(), sizeBytes: z.int(), sha256: z.string() });
const userId = owner;
const words = z.string();
const flagReason = z.enum(['not-a-creation', 'offensive', 'copyright', 'personal-data', 'spam', 'other']);
const decision = z.enum(['dismiss', 'warn', 'hide', 'remove']);
const titleFields = { title: z.string(), description: z.string() };

/** Stored forms of an image's events. */
export const imageCodec = codecFor<ImageEvent>('gallery', {
  ImageUploadBegun: [{ schema: z.object({ imageId, owner, begunAt: instant }) }],
  ImageUploadAbandoned: [{ schema: z.object({ imageId, abandonedAt: instant }) }],
  ImageUploaded: [{ schema: z.object({ imageId, owner, file, ...details, visibility, uploadedAt: instant }) }],
  ImageDescribed: [{ schema: z.object({ imageId, ...details }) }],
  ImageVisibilityChanged: [{ schema: z.object({ imageId, visibility }) }],
  ImageDeleted: [{ schema: z.object({ imageId, deletedAt: instant }) }],
  ImageFlagged: [
    {
      schema: z.object({
        imageId,
        flagger: userId,
        reason: flagReason,
        words,
        trusted: z.boolean(),
        flaggedAt: instant,
      }),
    },
  ],
  ImageHidden: [{ schema: z.object({ imageId, hiddenAt: instant }) }],
  ReviewClaimed: [{ schema: z.object({ imageId, moderator: userId, claimedAt: instant, until: instant }) }],
  ReviewDecided: [
    { schema: z.object({ imageId, moderator: userId, decision, rule: words, reason: words, decidedAt: instant }) },
  ],
  DecisionAppealed: [{ schema: z.object({ imageId, words, appealedAt: instant }) }],
  DecisionReversed: [{ schema: z.object({ imageId, moderator: userId, reason: words, reversedAt: instant }) }],
  FlaggerForgotten: [{ schema: z.object({ imageId, flagger: userId }) }],
}).showing({
  shown: [
    ...['imageId', 'owner', 'begunAt', 'abandonedAt', 'visibility', 'uploadedAt', 'deletedAt', 'flagger'],
    ...['trusted', 'flaggedAt', 'hiddenAt', 'moderator', 'claimedAt', 'until', 'decision', 'decidedAt'],
    ...['appealedAt', 'reversedAt', 'mediaType', 'sizeBytes', 'licence', 'status'],
  ],
  erasedBy: ['ImageDeleted'],
});

/** Stored forms of an album's events. */
export const albumCodec = codecFor<AlbumEvent>('gallery', {
  AlbumCreated: [{ schema: z.object({ albumId, owner, ...titleFields, visibility, createdAt: instant }) }],
  AlbumDescribed: [{ schema: z.object({ albumId, ...titleFields }) }],
  AlbumVisibilityChanged: [{ schema: z.object({ albumId, visibility }) }],
  AlbumImagesAdded: [{ schema: z.object({ albumId, imageIds: z.array(imageId), movedFrom: albumId.nullable() }) }],
  AlbumImagesRemoved: [{ schema: z.object({ albumId, imageIds: z.array(imageId) }) }],
  AlbumImagesOrdered: [{ schema: z.object({ albumId, order: z.array(imageId) }) }],
  AlbumCoverChosen: [{ schema: z.object({ albumId, coverImageId: imageId.nullable() }) }],
  AlbumDeleted: [{ schema: z.object({ albumId, deletedAt: instant }) }],
}).showing({
  shown: [
    ...['albumId', 'owner', 'visibility', 'createdAt', 'imageIds', 'movedFrom', 'order', 'coverImageId'],
    ...['deletedAt', 'status'],
  ],
  erasedBy: ['AlbumDeleted'],
});

/** Stored forms of an owner's events. */
export const ownerCodec = codecFor<OwnerEvent>('gallery', {
  ImageBegun: [{ schema: z.object({ imageId }) }],
  AlbumBegun: [{ schema: z.object({ albumId }) }],
  ImageReleased: [{ schema: z.object({ imageId }) }],
  AlbumReleased: [{ schema: z.object({ albumId }) }],
  WatermarkSet: [{ schema: z.object({ watermark: z.boolean() }) }],
  OwnerErased: [{ schema: z.object({ erasedAt: instant }) }],
}).showing({ shown: ['imageId', 'albumId', 'watermark', 'erasedAt'], erasedBy: ['OwnerErased'] });

/** Stored forms of the events of someone who flags images. */
export const flaggerCodec = codecFor<FlaggerEvent>('gallery', {
  FlagSpent: [{ schema: z.object({ imageId, spentAt: instant }) }],
  FlagJudged: [{ schema: z.object({ imageId, upheld: z.boolean() }) }],
  FlaggerErased: [{ schema: z.object({ erasedAt: instant }) }],
}).showing({ shown: ['imageId', 'spentAt', 'upheld', 'erasedAt'], erasedBy: ['FlaggerErased'] });
