import { z } from 'zod';
import { hasNoMisleadingControl, MISLEADING_CONTROL_DETAIL } from '@lego-moc/kernel/visible-text';

/** Texts that others read: what they show is what they say. */
export const publicText = z.string().refine(hasNoMisleadingControl, MISLEADING_CONTROL_DETAIL);
export const trimmedText = z.string().trim().refine(hasNoMisleadingControl, MISLEADING_CONTROL_DETAIL);

export const imageId = z.uuid().toLowerCase();

/** A page of a list. */
export const page = {
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
};

export const nextCursor = z.string().nullable();
