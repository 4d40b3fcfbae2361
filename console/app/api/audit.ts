import { useInfiniteQuery } from '@tanstack/preact-query';
import { getJson, ops } from './http.ts';
import { REFRESH_MS } from './subscriptions.ts';
import { actionPage } from './shapes.ts';

const PAGE = 100;

/** Every service answers for all: the first that does is enough. */
const fetchActions = async (services: readonly string[], cursor: string | undefined, signal: AbortSignal) => {
  const query = new URLSearchParams({ limit: String(PAGE), ...(cursor === undefined ? {} : { cursor }) });
  let failure: unknown = new Error('There is no service to ask.');
  for (const service of services)
    try {
      return await getJson(actionPage, `${ops(service, 'actions')}?${query.toString()}`, signal);
    } catch (error) {
      failure = error;
    }
  throw failure;
};

/** What operators did in all services, the latest first, page by page. */
export const useActions = (services: readonly string[]) =>
  useInfiniteQuery({
    queryKey: ['actions'],
    queryFn: ({ pageParam, signal }) => fetchActions(services, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: REFRESH_MS,
  });
