import { z } from 'zod';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { LICENCES } from '../../domain/licence.ts';
import type { FileId, JobId, MocId, PartsListId } from '../../domain/moc-events.ts';

export const mocId = z.string().transform((id) => id as MocId);
export const fileId = z.string().transform((id) => id as FileId);
export const partsListId = z.string().transform((id) => id as PartsListId);
export const jobId = z.string().transform((id) => id as JobId);
export const userId = z.string().transform((id) => id as UserId);
export const instant = z.iso.datetime().transform((at) => at as Instant);

export const fileKind = z.enum(['instruction', 'parts-list', 'thumbnail', 'gallery-image']);

export const attachedFile = z.object({
  fileId,
  kind: fileKind,
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int(),
  sha256: z.string(),
});

export const withdrawnFile = z.object({
  fileId,
  kind: fileKind,
  name: z.string(),
  infectedWith: z.string(),
  withdrawnAt: instant,
});

const licence = z.enum(LICENCES);

/** The version that a MOC was made of. */
export const parentVersion = z.object({
  mocId,
  version: z.int(),
  relation: z.enum(['fork', 'alternate-build']),
});

export const credit = parentVersion.extend({ title: z.string(), owner: userId, licence });

const set = z.object({
  brand: z.string(),
  number: z.string(),
  releaseYear: z.int().exactOptional(),
  retired: z.boolean(),
});

export const descriptionFields = {
  description: z.string(),
  theme: z.string(),
  tags: z.array(z.string()),
  subtheme: z.string().exactOptional(),
  author: z.string().exactOptional(),
  licence: licence.exactOptional(),
  set: set.exactOptional(),
};
