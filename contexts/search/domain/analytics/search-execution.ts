import { reject, type Decider, type Decision } from '@lego-moc/kernel/decider';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Instant, Message } from '@lego-moc/kernel/message';
import type { QueryId, SearchExecutionEvent } from './search-execution-events.ts';

/** More results of one page are hardly opened by a person. */
export const CLICKS_MAX = 20;
/** Later clicks come from a page that was left open. */
const CLICKABLE_MS = 24 * 60 * 60_000;

export type RecordClick = Message<
  'RecordClick',
  { queryId: QueryId; resultKey: string; position: number; at: Instant }
>;

/** Sent when a search is older than searches are kept. */
export type ExpireSearch = Message<'ExpireSearch', { queryId: QueryId; at: Instant }>;

export type ClickRejection = 'query-not-recorded' | 'position-not-served' | 'too-many-clicks';

export type SearchExecution = {
  /** When it was executed; `null` before. */
  readonly executedAt: Instant | null;
  readonly results: number;
  readonly clickedKeys: readonly string[];
  readonly isExpired: boolean;
};

const isTooLate = (executedAt: Instant, at: Instant): boolean => msBetween(executedAt, at) > CLICKABLE_MS;

const decide = (
  command: RecordClick | ExpireSearch,
  execution: SearchExecution,
): Decision<SearchExecutionEvent, ClickRejection> => {
  if (command.type === 'RecordClick') return recordClick(command, execution);
  const isOver = execution.executedAt === null || execution.isExpired;
  return isOver ? [] : [{ type: 'SearchExpired', data: command.data }];
};

const recordClick = (
  { data }: RecordClick,
  { executedAt, results, clickedKeys, isExpired }: SearchExecution,
): Decision<SearchExecutionEvent, ClickRejection> => {
  if (executedAt === null || isExpired || isTooLate(executedAt, data.at))
    return reject('query-not-recorded', 'This search is not recorded, or was more than a day ago.');
  if (clickedKeys.includes(data.resultKey)) return [];
  if (data.position > results) return reject('position-not-served', `The page of this search had ${results} results.`);
  if (clickedKeys.length >= CLICKS_MAX)
    return reject('too-many-clicks', `At most ${CLICKS_MAX} results of a search are counted.`);
  return [{ type: 'SearchResultClicked', data }];
};

const evolve = (execution: SearchExecution, { type, data }: SearchExecutionEvent): SearchExecution => {
  switch (type) {
    case 'SearchQueryExecuted':
      return { ...execution, executedAt: data.at };
    case 'SearchResultsServed':
      return { ...execution, results: data.results };
    case 'SearchResultClicked':
      return { ...execution, clickedKeys: [...execution.clickedKeys, data.resultKey] };
    case 'SearchExpired':
      return { ...execution, isExpired: true };
  }
};

export const searchExecutionDecider: Decider<
  RecordClick | ExpireSearch,
  SearchExecution,
  SearchExecutionEvent,
  ClickRejection
> = {
  initial: { executedAt: null, results: 0, clickedKeys: [], isExpired: false },
  decide,
  evolve,
};
