import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import * as z from 'zod/mini';
import { getJson } from './http.ts';

/** A step of an hour's view lasts a minute. */
const REFRESH_TRAFFIC_MS = 30_000;

const cell = z.object({ step: z.number(), count: z.number(), errors: z.number(), p95: z.nullable(z.number()) });

const trafficView = z.object({
  since: z.nullable(z.string()),
  from: z.string(),
  stepSeconds: z.number(),
  steps: z.number(),
  series: z.array(z.object({ name: z.string(), cells: z.array(cell) })),
  starts: z.array(z.object({ service: z.string(), at: z.string() })),
});
export type TrafficView = z.infer<typeof trafficView>;
export type TrafficCell = z.infer<typeof cell>;

/** The course of traffic: of every service, or of the routes of one. */
export const useTraffic = (hours: string, service: string) =>
  useQuery({
    queryKey: ['traffic', hours, service],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ hours, ...(service === '' ? {} : { service }) });
      return getJson(trafficView, `/console/api/traffic?${query.toString()}`, signal);
    },
    refetchInterval: REFRESH_TRAFFIC_MS,
    placeholderData: keepPreviousData,
  });
