import * as z from 'zod/mini';

export const session = z.object({
  user: z.object({ id: z.string(), roles: z.array(z.string()) }),
  expiresAt: z.string(),
  services: z.array(z.string()),
});
export type Session = z.infer<typeof session>;

export const signInOptions = z.object({ isDevelopment: z.boolean() });

const groupFields = {
  name: z.string(),
  group: z.string(),
  state: z.string(),
  lag: z.nullable(z.number()),
  secondsBehind: z.optional(z.number()),
  lagSeconds: z.optional(z.number()),
  parked: z.number(),
  lastError: z.optional(z.string()),
} as const;

const subscriptionStatus = z.object({
  ...groupFields,
  readModel: z.optional(
    z.object({
      name: z.string(),
      generation: z.nullable(z.number()),
      builtAt: z.nullable(z.string()),
      rows: z.nullable(z.number()),
      former: z.optional(z.object({ generation: z.number(), builtAt: z.string() })),
    }),
  ),
});

export const subscriptionList = z.object({ subscriptions: z.array(subscriptionStatus) });

export type SubscriptionStatus = z.infer<typeof subscriptionStatus>;

const action = z.object({
  actionId: z.string(),
  revision: z.string(),
  takenAt: z.string(),
  operator: z.string(),
  service: z.string(),
  action: z.string(),
  target: z.string(),
  count: z.nullable(z.number()),
  reason: z.nullable(z.string()),
  correlationId: z.string(),
});
export type Action = z.infer<typeof action>;
export const actionPage = z.object({ actions: z.array(action), nextCursor: z.nullable(z.string()) });
