import { z } from 'zod';
import { codecFor } from '@lego-moc/event-codec/codec';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ContentKey, FileEvent, FileId } from '../../domain/file-events.ts';

const fileId = z.string().transform((id) => id as FileId);
const owner = z.string().transform((id) => id as UserId);
const key = z.string().transform((text) => text as ContentKey);
const instant = z.iso.datetime().transform((at) => at as Instant);

const purpose = z.enum(['instruction', 'parts-list', 'thumbnail', 'gallery-image']);
const pixels = z.int().positive();
const processedImage = z.object({
  width: pixels,
  height: pixels,
  blurhash: z.string(),
  dominantColour: z.string(),
  pages: z.int().positive().exactOptional(),
  renditions: z.array(
    z.object({
      side: pixels,
      width: pixels,
      height: pixels,
      size: z.int(),
      sha256: z.string().exactOptional(),
      key,
    }),
  ),
});

/** The stored forms of the events in `file-<fileId>`. */
export const fileCodec = codecFor<FileEvent>('file-storage', {
  UploadOffered: [
    {
      schema: z.object({
        fileId,
        owner,
        purpose,
        name: z.string(),
        size: z.int(),
        mediaType: z.string(),
        sha256: z.string().exactOptional(),
        offeredAt: instant,
        expiresAt: instant,
      }),
    },
  ],
  FileStored: [
    {
      schema: z.object({
        fileId,
        owner,
        purpose,
        name: z.string(),
        sha256: z.string(),
        sentSha256: z.string().exactOptional(),
        size: z.int(),
        mediaType: z.string(),
        key,
        contentKey: key.exactOptional(),
        storedAt: instant,
        watermark: z.literal(true).exactOptional(),
      }),
    },
  ],
  FileProcessed: [{ schema: z.object({ fileId, owner, purpose, image: processedImage, processedAt: instant }) }],
  FileProcessingFailed: [{ schema: z.object({ fileId, owner, purpose, failedAt: instant }) }],
  FileWithdrawn: [{ schema: z.object({ fileId, owner, purpose, infectedWith: z.string(), withdrawnAt: instant }) }],
  UploadAbandoned: [{ schema: z.object({ fileId, key, abandonedAt: instant }) }],
  FileDiscarded: [{ schema: z.object({ fileId, discardedAt: instant }) }],
}).showing({
  shown: [
    ...['fileId', 'owner', 'purpose', 'size', 'mediaType', 'sha256', 'sentSha256', 'offeredAt'],
    ...['expiresAt', 'storedAt', 'processedAt', 'failedAt', 'withdrawnAt', 'abandonedAt', 'discardedAt'],
    ...['width', 'height', 'side', 'pages', 'infectedWith', 'status'],
  ],
  secret: ['key', 'contentKey'],
  erasedBy: ['FileDiscarded'],
});
