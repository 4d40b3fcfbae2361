import { useQuery } from '@tanstack/preact-query';
import {
  deadLetterGroups,
  deadLetterList,
  preview,
  replayProgress,
  type BulkAction,
  type Selection,
} from '@lego-moc/operations/contracts/dead-letters';
import type { infer as Infer } from 'zod/mini';
import { changeAsPreviewed, type Intent } from './actions.ts';
import { getJson, ops } from './http.ts';
import { followJob, type OnProgress } from './jobs.ts';
import { REFRESH_MS } from './subscriptions.ts';

export type GroupPlace = { readonly service: string; readonly group: string };
export type Preview = Infer<typeof preview>;
export type ReplayProgress = Infer<typeof replayProgress>;
export type ParkedGroup = Infer<typeof deadLetterGroups>['groups'][number];

const LIMIT = '500';

const pathOf = ({ service, group }: GroupPlace, ...more: readonly string[]): string =>
  ops(service, 'subscriptions', group, 'parked', ...more);

export const useParkedGroups = (place: GroupPlace) =>
  useQuery({
    queryKey: ['parked', place, 'groups'],
    queryFn: ({ signal }) => getJson(deadLetterGroups, pathOf(place, 'groups'), signal),
    refetchInterval: REFRESH_MS,
  });

type Filter = { readonly key: string; readonly isDiscarded: boolean };

/** Those that wait, or those that were discarded; of one kind, or all. */
export const useParkedMessages = (place: GroupPlace, { key, isDiscarded }: Filter) =>
  useQuery({
    queryKey: ['parked', place, 'messages', key, isDiscarded],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ limit: LIMIT, discarded: String(isDiscarded) });
      if (key !== '') query.set('group', key);
      return getJson(deadLetterList, `${pathOf(place)}?${query.toString()}`, signal);
    },
    refetchInterval: REFRESH_MS,
  });

/** What an action would concern now: the action itself is done only to that. */
export const previewAction = (place: GroupPlace, action: BulkAction, selection: Selection): Promise<Preview> => {
  const query = new URLSearchParams({ action });
  for (const [name, value] of Object.entries(selection)) query.set(name, String(value));
  return getJson(preview, `${pathOf(place, 'preview')}?${query.toString()}`);
};

const PATHS = { replay: 'replays', discard: 'discards', restore: 'restorations' } as const;

/**
 * Does what was previewed, or throws when the messages are others by now. The function that it returns reports the
 * progress of a replay.
 */
export const executeAction = async (
  place: GroupPlace,
  { action, count, token }: Preview,
  selection: Selection,
  intent: Intent,
) => {
  const response = await changeAsPreviewed(pathOf(place, PATHS[action]), intent, { selection, count, token });
  return (onProgress: OnProgress<ReplayProgress>): Promise<void> =>
    action === 'replay' ? followJob(response, replayProgress, onProgress) : Promise.resolve();
};
