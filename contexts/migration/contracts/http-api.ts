import { z } from 'zod';
import { CAPABILITIES } from './capabilities.ts';
import { MIGRATION_STATES } from './routing.ts';

export const migrationParams = z.object({ capability: z.enum(CAPABILITIES) });

const reason = z.string().trim().min(1).max(500);
const userIds = z.array(z.string().min(1).max(256)).max(1_000);

/** Every action says why; it is an event that names the operator. */
export const actionRequest = z.strictObject({ reason });
/** `force`: complete it although one of the sides cannot be asked any more. */
export const rollbackRequest = z.strictObject({ reason, force: z.boolean().default(false) });
/**
 * `percent` for a canary only: larger than the present one. `withoutEvidence`: although gates that judge traffic cannot
 * tell yet.
 */
export const advanceRequest = z.strictObject({
  reason,
  percent: z.int().min(1).max(100).optional(),
  withoutEvidence: z.boolean().default(false),
});
export const exceptionsRequest = z.strictObject({ reason, allow: userIds.default([]), deny: userIds.default([]) });

/** `keep`: the side whose version is right. `rows`: of those that the last audit found; all of them when none is named. */
export const reconcileRequest = z.strictObject({
  reason,
  keep: z.enum(['legacy', 'platform']),
  rows: z.array(z.guid().toLowerCase()).max(200).default([]),
});
export const reconcileReply = z.object({
  /** Rows that differed and do not any more; those that are to come from the monolith, in a moment. */
  rows: z.int(),
});

const stage = z.object({ state: z.enum(MIGRATION_STATES), percent: z.int() });

export const migrationReply = z.object({
  capability: z.enum(CAPABILITIES),
  ...stage.shape,
  /** Grows with each transition. */
  epoch: z.int(),
  /** Whether it is held until somebody releases it. */
  held: z.boolean(),
  /** Rows that the last forced rollback left behind on the platform; null before it is known. */
  stranded: z.int().nullable(),
  /** The transition that is under way. */
  transition: stage.extend({ kind: z.enum(['advance', 'rollback']), begunAt: z.string() }).nullable(),
  allow: z.array(z.string()),
  deny: z.array(z.string()),
  backfill: z.object({
    completed: z.boolean(),
    rows: z.int(),
    findings: z.int(),
    /** Rows of the monolith at this moment; null while it is away. */
    total: z.int().nullable(),
  }),
});
export type MigrationReply = z.infer<typeof migrationReply>;

export const migrationsReply = z.object({ migrations: z.array(migrationReply) });

/** Of the audit that runs, or of the last one. */
export const auditReply = z.object({
  running: z.boolean(),
  /** Null before the first one has finished. */
  finishedAt: z.string().nullable(),
  owners: z.int(),
  rows: z.int(),
  differing: z.int(),
  /** The first of them. */
  differences: z.array(
    z.object({
      table: z.string(),
      id: z.string(),
      columns: z.array(z.string()),
      missing: z.enum(['legacy', 'platform']).exactOptional(),
    }),
  ),
});
export type AuditReply = z.infer<typeof auditReply>;
