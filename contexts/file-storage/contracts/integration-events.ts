import { z } from 'zod';
import { storedFile } from './http-api.ts';

/** The stream of integration events of this context. The subject of its events is the file. */
export const FILE_STORAGE_EVENTS = 'integration-file-storage';

/** `file.stored`: the content has arrived completely, was found clean, and can be read. */
export const fileStoredPayload = storedFile;
export type FileStoredPayload = z.infer<typeof fileStoredPayload>;

/** `file.deleted`: the file is gone permanently. Also published for ids that were discarded before anything was stored. */
export const fileDeletedPayload = z.object({ fileId: z.uuid(), deletedAt: z.iso.datetime() });
export type FileDeletedPayload = z.infer<typeof fileDeletedPayload>;

/** The payload of each event type. */
export const fileStoragePayloads = {
  'file.stored': fileStoredPayload,
  'file.deleted': fileDeletedPayload,
} as const;
