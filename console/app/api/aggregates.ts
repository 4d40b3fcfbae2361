import { keepPreviousData, useQuery } from '@tanstack/preact-query';
import { aggregateReply, differenceReply, givenReply } from '@lego-moc/operations/contracts/aggregates';
import type { infer as Infer } from 'zod/mini';
import { getJson, ops } from './http.ts';

export type AggregatePlace = { readonly service: string; readonly category: string; readonly id: string };
/** After a revision, at an instant, or now where both are empty. */
export type Moment = { readonly revision: string; readonly at: string };
export type Aggregate = Infer<typeof aggregateReply>;
export type Given = Infer<typeof givenReply>;

const pathOf = ({ service, category, id }: AggregatePlace, ...more: readonly string[]): string =>
  ops(service, 'aggregates', category, id, ...more);

const query = ({ revision, at }: Moment): string => {
  if (revision !== '') return `?revision=${encodeURIComponent(revision)}`;
  return at === '' ? '' : `?at=${encodeURIComponent(at)}`;
};

export const useAggregate = (place: AggregatePlace, moment: Moment) =>
  useQuery({
    queryKey: ['aggregate', place, moment],
    queryFn: ({ signal }) => getJson(aggregateReply, `${pathOf(place)}${query(moment)}`, signal),
    placeholderData: keepPreviousData,
  });

/** What changed in its state between two revisions. */
export const useDifference = (place: AggregatePlace, from: string, to: string) =>
  useQuery({
    queryKey: ['difference', place, from, to],
    queryFn: ({ signal }) =>
      getJson(
        differenceReply,
        `${pathOf(place, 'difference')}?${new URLSearchParams({ from, to }).toString()}`,
        signal,
      ),
    enabled: from !== '' && to !== '' && from !== to,
    placeholderData: keepPreviousData,
  });

/** Its history up to a revision as data of a test. */
export const fetchGiven = (place: AggregatePlace, revision: string): Promise<Given> =>
  getJson(givenReply, `${pathOf(place, 'given')}?revision=${encodeURIComponent(revision)}`);
