import { z } from 'zod';
import { processedImage, purpose, storedFile } from './http-api.ts';

/** The stream of integration events of this context. The subject of its events is the file. */
export const FILE_STORAGE_EVENTS = 'integration-file-storage';

/** `file.stored`: the content has arrived completely, was found clean, and can be read. */
export const fileStoredPayload = storedFile;
export type FileStoredPayload = z.infer<typeof fileStoredPayload>;

/** `file.deleted`: the file is gone permanently. Also published for ids that were discarded before anything was stored. */
export const fileDeletedPayload = z.object({ fileId: z.uuid(), deletedAt: z.iso.datetime() });
export type FileDeletedPayload = z.infer<typeof fileDeletedPayload>;

const commonFields = { fileId: z.uuid(), owner: z.string(), purpose, processedAt: z.iso.datetime() };

/** `file.processed`: the renditions of an image were made, or could not be made. */
export const fileProcessedPayload = z.discriminatedUnion('status', [
  z.object({ ...commonFields, status: z.literal('processed'), image: processedImage }),
  z.object({ ...commonFields, status: z.literal('failed') }),
]);
export type FileProcessedPayload = z.infer<typeof fileProcessedPayload>;

/** `file.withdrawn`: a later scan found a virus in it. It cannot be read any more; whoever refers to it drops it. */
export const fileWithdrawnPayload = z.object({
  fileId: z.uuid(),
  owner: z.string(),
  purpose,
  /** What the scan found. */
  reason: z.string(),
  withdrawnAt: z.iso.datetime(),
});
export type FileWithdrawnPayload = z.infer<typeof fileWithdrawnPayload>;

/** Any payload of this context. */
export const fileStoragePayload = z.union([
  fileStoredPayload,
  fileProcessedPayload,
  fileWithdrawnPayload,
  fileDeletedPayload,
]);

/** The payload of each event type. */
export const fileStoragePayloads = {
  'file.stored': fileStoredPayload,
  'file.deleted': fileDeletedPayload,
  'file.processed': fileProcessedPayload,
  'file.withdrawn': fileWithdrawnPayload,
} as const;
