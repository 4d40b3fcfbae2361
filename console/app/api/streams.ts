import { useInfiniteQuery, useQueries, useQuery } from '@tanstack/preact-query';
import {
  categoryList,
  correlationReply,
  eventReply,
  eventsPage,
  streamList,
  streamReply,
} from '@lego-moc/operations/contracts/streams';
import { revealReply } from '@lego-moc/operations/contracts/aggregates';
import * as z from 'zod/mini';
import { changeAsPreviewed, type Intent } from './actions.ts';
import { getJson, ops, RequestFailed } from './http.ts';

/** Categories come with a release; their counts may be a little old. */
const CATEGORIES_STALE_MS = 60_000;
const PAGE = 100;

export type CategoryRow = {
  readonly service: string;
  readonly name: string;
  readonly streams: number | null;
  readonly hasState: boolean;
  readonly isProcess: boolean;
};

export type Categories = {
  readonly rows: readonly CategoryRow[];
  readonly failures: readonly { readonly service: string; readonly failure: Error }[];
  readonly isPending: boolean;
};

/** The categories of streams of every service that answers, and why others do not. */
export const useCategories = (services: readonly string[]): Categories =>
  useQueries({
    queries: services.map((service) => ({
      queryKey: ['categories', service],
      queryFn: ({ signal }: { signal: AbortSignal }) => getJson(categoryList, ops(service, 'categories'), signal),
      staleTime: CATEGORIES_STALE_MS,
    })),
    combine: (answers) => ({
      rows: answers.flatMap(({ data }, at) =>
        (data?.categories ?? []).map((category) => ({ ...category, service: services[at] ?? '' })),
      ),
      failures: answers.flatMap(({ error }, at) =>
        error === null ? [] : [{ service: services[at] ?? '', failure: error }],
      ),
      isPending: answers.some(({ isPending }) => isPending),
    }),
  });

const pageQuery = (cursor: string | undefined, more: Readonly<Record<string, string>> = {}): string =>
  new URLSearchParams({ limit: String(PAGE), ...more, ...(cursor === undefined ? {} : { cursor }) }).toString();

/** The streams of a category, the newest first, page by page. */
export const useStreams = (service: string, category: string) =>
  useInfiniteQuery({
    queryKey: ['streams', service, category],
    queryFn: ({ pageParam, signal }) =>
      getJson(streamList, `${ops(service, 'categories', category, 'streams')}?${pageQuery(pageParam)}`, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const useStream = (service: string, stream: string) =>
  useQuery({
    queryKey: ['stream', service, stream],
    queryFn: ({ signal }) => getJson(streamReply, ops(service, 'streams', stream), signal),
  });

/** The events of a stream, the latest first, page by page. */
export const useEvents = (service: string, stream: string) =>
  useInfiniteQuery({
    queryKey: ['events', service, stream],
    queryFn: ({ pageParam, signal }) =>
      getJson(
        eventsPage,
        `${ops(service, 'streams', stream, 'events')}?${pageQuery(pageParam, { direction: 'backwards' })}`,
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });

export const useEvent = (service: string, stream: string, revision: string) =>
  useQuery({
    queryKey: ['event', service, stream, revision],
    queryFn: ({ signal }) => getJson(eventReply, ops(service, 'streams', stream, 'events', revision), signal),
    enabled: revision !== '',
  });

/** Every service knows all of a correlation: the first that answers is enough. */
const fetchCorrelation = async (services: readonly string[], correlationId: string, signal: AbortSignal) => {
  let failure: unknown = new Error('There is no service to ask.');
  for (const service of services)
    try {
      return await getJson(correlationReply, ops(service, 'correlations', correlationId), signal);
    } catch (error) {
      if (error instanceof RequestFailed && error.code === 'correlation-unknown') throw error;
      failure = error;
    }
  throw failure;
};

export const useCorrelation = (services: readonly string[], correlationId: string) =>
  useQuery({
    queryKey: ['correlation', correlationId],
    queryFn: ({ signal }) => fetchCorrelation(services, correlationId, signal),
    enabled: correlationId !== '',
  });

type FieldPlace = {
  readonly service: string;
  readonly stream: string;
  readonly revision: string;
  readonly field: string;
};

/** One masked value of an event. That it was asked for goes on record. */
export const revealValue = async ({ service, stream, revision, field }: FieldPlace, intent: Intent) => {
  const path = ops(service, 'streams', stream, 'events', revision, 'reveals');
  const reply = await changeAsPreviewed(path, intent, { field });
  return z.parse(revealReply, await reply.json()).value;
};
