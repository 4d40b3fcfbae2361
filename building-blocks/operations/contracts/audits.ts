import { z } from 'zod';

/** What one comparison of an audit has found. */
export const auditCheck = z.strictObject({
  name: z.string().max(100),
  /** Differences that were found; null when it could not be compared. */
  differences: z.int().nonnegative().nullable(),
  /** How many of them were repaired. */
  repaired: z.int().nonnegative(),
  /** What was compared, or why it was not. */
  note: z.string().max(300),
});
export type AuditCheck = z.infer<typeof auditCheck>;

/** `POST /ops/audits` */
export const auditReport = z.strictObject({ checks: z.array(auditCheck).min(1).max(100) });
