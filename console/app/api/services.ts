import { useQuery } from '@tanstack/preact-query';
import * as z from 'zod/mini';
import { change, type Intent } from './actions.ts';
import { getJson, ops } from './http.ts';
import { REFRESH_MS } from './subscriptions.ts';

const traffic = z.object({
  name: z.string(),
  count: z.number(),
  errors: z.number(),
  buckets: z.array(z.tuple([z.nullable(z.number()), z.number()])),
});

const serviceState = z.object({
  name: z.string(),
  isReady: z.boolean(),
  reason: z.nullable(z.string()),
  traffic: z.nullable(
    z.object({
      routes: z.array(traffic),
      calls: z.array(traffic),
      breakers: z.array(z.object({ to: z.string(), isOpen: z.boolean() })),
    }),
  ),
});
export type ServiceState = z.infer<typeof serviceState>;

const snapshot = z.object({ askedAt: z.string(), services: z.array(serviceState) });
export type Snapshot = z.infer<typeof snapshot>;

/** Rates of less than this say little. */
const HISTORY_MS = 65_000;

/** What changes seldom is asked for seldom: metrics of all services cost more than their subscriptions. */
export const REFRESH_SELDOM_MS = 30_000;

/** Of this page's life, the oldest first: every screen sees the same. */
let history: readonly Snapshot[] = [];

const timeOf = ({ askedAt }: Snapshot): number => Date.parse(askedAt);

const remember = (now: Snapshot): void => {
  if (now.askedAt === history.at(-1)?.askedAt) return;
  history = [...history.filter((snapshot) => timeOf(now) - timeOf(snapshot) <= HISTORY_MS), now];
};

/**
 * State and traffic of all services, with the snapshot before and the oldest of the last minute, from which rates follow.
 */
export const useServices = (refreshMs = REFRESH_MS) => {
  const query = useQuery({
    queryKey: ['services'],
    queryFn: ({ signal }) => getJson(snapshot, '/console/api/services', signal),
    refetchInterval: refreshMs,
  });
  if (query.data !== undefined) remember(query.data);
  return { ...query, before: history.at(-2), minuteBefore: history.length < 2 ? undefined : history[0] };
};

/** Lets an instance of a service stop; whoever runs it starts it again. */
export const restartService = async (service: string, intent: Intent): Promise<void> => {
  await change(ops(service, 'restart'), intent);
};
