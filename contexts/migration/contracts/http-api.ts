import { z } from 'zod';
import { CAPABILITIES } from './capabilities.ts';
import { MIGRATION_STATES } from './routing.ts';

export const migrationParams = z.object({ capability: z.enum(CAPABILITIES) });

const reason = z.string().trim().min(1).max(500);
const userIds = z.array(z.string().min(1).max(256)).max(1_000);

/** Every action says why; it is an event that names the operator. */
export const actionRequest = z.strictObject({ reason });
/** `percent` for a canary only: larger than the present one. */
export const advanceRequest = z.strictObject({ reason, percent: z.int().min(1).max(100).optional() });
export const exceptionsRequest = z.strictObject({ reason, allow: userIds.default([]), deny: userIds.default([]) });

const stage = z.object({ state: z.enum(MIGRATION_STATES), percent: z.int() });

export const migrationReply = z.object({
  capability: z.enum(CAPABILITIES),
  ...stage.shape,
  /** Grows with each transition. */
  epoch: z.int(),
  /** Whether it is held until somebody releases it. */
  held: z.boolean(),
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

export const auditReply = z.object({
  owners: z.int(),
  rows: z.int(),
  differing: z.int(),
  differences: z.array(
    z.object({
      table: z.string(),
      id: z.string(),
      columns: z.array(z.string()),
      missing: z.enum(['legacy', 'platform']).exactOptional(),
    }),
  ),
});
