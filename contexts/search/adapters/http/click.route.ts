import type { Router } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import { problem } from '@lego-moc/http/problem';
import { noContent } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { SearchRecorder } from '../../application/analytics/search-recorder.ts';
import type { ClickRejection, RecordClick } from '../../domain/analytics/search-execution.ts';
import type { QueryId } from '../../domain/analytics/search-execution-events.ts';
import { clickContract } from './analytics-contracts.ts';

/** A new rejection does not compile until it has a status. */
const STATUS: Record<ClickRejection, number> = {
  'query-not-recorded': 410,
  'too-many-clicks': 409,
  'position-not-served': 422,
};

type ClickRoutes = {
  readonly handle: HandleCommand<RecordClick, ClickRejection>;
  readonly flushQuery: SearchRecorder['flushQuery'];
  readonly now: Clock;
};

/** Counts opened results. The event names neither the caller nor the document, and its cause no request. */
export const clickRoutes = ({ handle, flushQuery, now }: ClickRoutes): Router =>
  route(clickContract, async ({ body: { queryId: id, documentId, position } }) => {
    const queryId = id.toLowerCase() as QueryId;
    const resultKey = derivedId('search-result', queryId, documentId);
    await flushQuery(queryId);
    const command = { type: 'RecordClick', data: { queryId, resultKey, position, at: now() } } as const;
    const cause = { commandId: derivedId('search-click', resultKey), correlationId: queryId, actor: 'search' };
    const outcome = await handle(queryId, command, cause);
    if (!isRejection(outcome)) return noContent();
    const { rejected, because } = outcome;
    return problem(STATUS[rejected], rejected, because);
  });
