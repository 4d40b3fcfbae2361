import { useQueries, type UseQueryResult } from '@tanstack/preact-query';
import { change as post, type Intent } from './actions.ts';
import { toListing, type ServiceListing } from '../model/listing.ts';
import { getJson, ops } from './http.ts';
import { subscriptionList } from './shapes.ts';

/** Fast enough for people, and a small part of the work that a service does anyway. */
export const REFRESH_MS = 10_000;

const fetchService = async (service: string, signal: AbortSignal) => {
  const { subscriptions } = await getJson(subscriptionList, ops(service, 'subscriptions'), signal);
  return toListing(service, subscriptions);
};

type Answer = UseQueryResult<Awaited<ReturnType<typeof fetchService>>>;

const listingOf = (service: string, { data, error, isPending, dataUpdatedAt }: Answer): ServiceListing => ({
  service,
  isPending,
  answeredAtMs: dataUpdatedAt,
  subscriptions: data ?? [],
  ...(error === null ? {} : { failure: error }),
});

/** The subscriptions of every service, asked again at intervals while the page is visible. */
export const useListings = (services: readonly string[]): readonly ServiceListing[] =>
  useQueries({
    queries: services.map((service) => ({
      queryKey: ['subscriptions', service],
      queryFn: ({ signal }: { signal: AbortSignal }) => fetchService(service, signal),
      refetchInterval: REFRESH_MS,
    })),
    combine: (answers) => answers.map((answer, at) => listingOf(services[at] ?? '', answer)),
  });

/** Lets a subscription take messages again, or no further ones. */
export const switchSubscription = async (
  { service, group }: { readonly service: string; readonly group: string },
  change: 'start' | 'stop',
  intent: Intent,
): Promise<void> => {
  await post(ops(service, 'subscriptions', group, change), intent);
};
