import { hash } from 'node:crypto';
import { z } from 'zod';
import { CAPABILITIES, type Capability } from './capabilities.ts';

export const MIGRATION_STATES = ['off', 'capture', 'shadow', 'canary', 'live', 'rampdown', 'complete'] as const;
export type MigrationState = (typeof MIGRATION_STATES)[number];

/** Where the requests of a capability go. `version` grows with every change. */
export const routing = z.object({
  capability: z.enum(CAPABILITIES),
  version: z.int().nonnegative(),
  state: z.enum(MIGRATION_STATES),
  /** Of the users, how many the platform answers and writes for. */
  percent: z.int().min(0).max(100),
  /** Users that move first, whatever the percentage; and users that move last. */
  allow: z.array(z.string()),
  deny: z.array(z.string()),
  /** While it is given, writes of users whose side differs between the two percentages wait. */
  nextPercent: z.int().min(0).max(100).nullable(),
  /** What was written longer ago than this has been carried to the other side; missing before a first round. */
  followedMs: z.number().nonnegative().exactOptional(),
});
export type Routing = z.infer<typeof routing>;

/** `GET /internal/v1/routing`: all capabilities that are not `off`. */
export const routingTable = z.object({ routings: z.array(routing) });
export type RoutingTable = z.infer<typeof routingTable>;

export type Side = 'legacy' | 'platform';

const BUCKETS = 10_000;

/** The place of a user among all, between 0 and 9,999: the same for ever, and another one for each capability. */
export const bucketOf = (capability: string, userId: string): number =>
  Number.parseInt(hash('sha256', `${capability}:${userId}`).slice(0, 8), 16) % BUCKETS;

type Rule = { readonly capability: Capability; readonly allow: readonly string[]; readonly deny: readonly string[] };

/** The side that writes for a user at a percentage. The same rule as `strangler.is_moved` in the monolith's database. */
export const sideAt = ({ capability, allow, deny }: Rule, percent: number, userId: string): Side => {
  if (percent === 0) return 'legacy';
  if (percent === 100) return 'platform';
  if (deny.includes(userId)) return 'legacy';
  if (allow.includes(userId)) return 'platform';
  return bucketOf(capability, userId) < percent * (BUCKETS / 100) ? 'platform' : 'legacy';
};

/** The side that answers and writes for a user. */
export const sideOf = (rule: Routing, userId: string): Side => sideAt(rule, rule.percent, userId);

/** Whether writes of the user wait for a change of sides. */
export const isHeld = (rule: Routing, userId: string): boolean =>
  rule.nextPercent !== null && sideAt(rule, rule.nextPercent, userId) !== sideOf(rule, userId);
