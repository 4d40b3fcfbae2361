import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import { isFresh } from '../../domain/prices/freshness.ts';
import type { LookUpBudgetRejection, LookUpBudget, ReserveLookUps } from '../../domain/prices/look-up-budget.ts';
import { priceIdOf, type Price } from '../../domain/prices/price.ts';
import type { PricedItem, PriceId } from '../../domain/prices/price-events.ts';
import type {
  PriceRefresh,
  PriceRefreshCommand,
  PriceRefreshRejection,
  PriceRefreshRequested,
  RefreshId,
  RefreshOutcome,
} from '../../domain/prices/price-refresh.ts';
import type { LoadJob } from '../file-jobs.ts';
import type { PriceSource } from '../ports/price-source.ts';
import type { SourceKeys } from '../ports/source-keys.ts';
import type { CountListNeeds } from './estimate-lists.ts';
import { lookUpBatches } from './look-up-batch.ts';
import type { RecordPrices } from './record-prices.ts';

export type PriceRefreshing = {
  readonly load: (refreshId: RefreshId) => Promise<PriceRefresh>;
  readonly handle: HandleCommand<PriceRefreshCommand, PriceRefreshRejection>;
  readonly budget: {
    readonly load: (id: string) => Promise<LookUpBudget>;
    readonly handle: HandleCommand<ReserveLookUps, LookUpBudgetRejection>;
    readonly dailyMax: number;
  };
  readonly price: (priceId: PriceId) => Promise<Price>;
  readonly job: LoadJob;
  readonly needs: CountListNeeds;
  readonly keys: Pick<SourceKeys, 'find'>;
  readonly source: PriceSource;
  readonly record: RecordPrices;
  readonly now: Clock;
  /** Between two attempts at a source that is unavailable. */
  readonly pauseMs?: number;
};

type Progress = { readonly outcome: RefreshOutcome; readonly lookedUp: number; readonly remaining: number };

/** Calls of one reservation, and under way at once: as much as is lost by a crash. */
const BATCH = 10;

const ATTEMPTS_MAX = 3;
const PAUSE_MS = 1_000;

/** The budget of one owner's key on the day of `at`. */
export const budgetIdOf = (owner: string, at: string): string => derivedId('price-budget', owner, at.slice(0, 10));

/**
 * Asks the source for the prices of a list that are due: missing or no longer fresh, those needed most first. Ends with
 * the reason when the source cannot be asked for all of them. Safe to repeat: prices that were recorded are fresh.
 */
export const refreshPrices = (needs: PriceRefreshing): ((refreshId: RefreshId, cause: Cause) => Promise<void>) => {
  const { load, handle, budget, now, pauseMs = PAUSE_MS } = needs;
  const lookUpBatch = lookUpBatches(needs);

  const dueItems = async ({ jobId, owner, market }: PriceRefreshRequested['data']): Promise<readonly PricedItem[]> => {
    const job = await needs.job(jobId);
    if (job.status !== 'completed') return [];
    const { attemptId, findings, submission } = job;
    const { fileId, fileName } = submission;
    const list = { jobId, attemptId, owner: submission.owner, fileId, fileName, findings };
    const result = await needs.needs([list]);
    if (isRejection(result)) return [];
    const due: PricedItem[] = [];
    for (const { item } of result.needs.toSorted((some, other) => other.pieces - some.pieces)) {
      const price = await needs.price(priceIdOf({ ...item, ...market, owner }));
      if (price.status === 'absent' || !isFresh(price, market.guide, now())) due.push(item);
    }
    return due;
  };

  /** Reserves the calls before they are made; fewer at the end of the day's budget. 0: it is spent. */
  const reserve = async (owner: string, callCount: number, reservationId: string, cause: Cause): Promise<number> => {
    const id = budgetIdOf(owner, now());
    const count = Math.min(callCount, budget.dailyMax - (await budget.load(id)).reserved);
    if (count <= 0) return 0;
    const data = { reservationId, count, dailyMax: budget.dailyMax };
    const outcome = await budget.handle(id, { type: 'ReserveLookUps', data }, { ...cause, commandId: reservationId });
    return isRejection(outcome) ? 0 : count;
  };

  const run = async (request: PriceRefreshRequested['data'], cause: Cause): Promise<Progress> => {
    let due = await dueItems(request);
    let [lookedUp, attempts, batch] = [0, 0, 0];
    const key = await needs.keys.find(request.owner);
    while (due.length > 0) {
      if (key === undefined) return { outcome: 'key-missing', lookedUp, remaining: due.length };
      const reservationId = derivedId(cause.commandId, request.refreshId, now(), String((batch += 1)));
      const count = await reserve(request.owner, Math.min(BATCH, due.length), reservationId, cause);
      if (count === 0) return { outcome: 'budget-spent', lookedUp, remaining: due.length };
      const { rest, failure } = await lookUpBatch(request, { items: due.slice(0, count), key, cause });
      lookedUp += count - rest.length;
      due = [...rest, ...due.slice(count)];
      attempts = failure === undefined ? 0 : attempts + 1;
      if (failure === undefined) continue;
      if (failure !== 'source-unavailable' || attempts === ATTEMPTS_MAX)
        return { outcome: failure, lookedUp, remaining: due.length };
      await sleep(pauseMs * attempts);
    }
    return { outcome: 'completed', lookedUp, remaining: 0 };
  };

  return async (refreshId, cause) => {
    const refresh = await load(refreshId);
    if (refresh.status !== 'running') return;
    const progress = await run(refresh.request, cause);
    const end = { type: 'EndPriceRefresh' as const, data: { ...progress, at: now() } };
    await handle(refreshId, end, { ...cause, commandId: derivedId(refreshId, 'end') });
  };
};
