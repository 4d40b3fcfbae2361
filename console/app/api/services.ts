import { useQuery } from '@tanstack/preact-query';
import { useRef } from 'preact/hooks';
import * as z from 'zod/mini';
import { getJson } from './http.ts';
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

/** State and traffic of all services, with the snapshot before, from which rates follow. */
export const useServices = () => {
  const query = useQuery({
    queryKey: ['services'],
    queryFn: ({ signal }) => getJson(snapshot, '/console/api/services', signal),
    refetchInterval: REFRESH_MS,
  });
  const history = useRef<{ readonly now?: Snapshot; readonly before?: Snapshot }>({});
  const { data } = query;
  if (data !== undefined && data.askedAt !== history.current.now?.askedAt)
    history.current = { now: data, ...(history.current.now === undefined ? {} : { before: history.current.now }) };
  return { ...query, before: history.current.before };
};
