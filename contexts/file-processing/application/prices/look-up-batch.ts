import type { Clock } from '@lego-moc/application/clock';
import type { Cause } from '@lego-moc/application/event-streams';
import { itemKeyOf } from '../../domain/prices/needs.ts';
import type { PricedItem } from '../../domain/prices/price-events.ts';
import type { PriceRefreshRequested, RefreshOutcome } from '../../domain/prices/price-refresh.ts';
import type { LookUp, PriceSource, SourceKey } from '../ports/price-source.ts';
import type { RecordPrices } from './record-prices.ts';

export type LookUpBatches = { readonly source: PriceSource; readonly record: RecordPrices; readonly now: Clock };

export type Batch = { readonly items: readonly PricedItem[]; readonly key: SourceKey; readonly cause: Cause };

/** The items without an answer, and why. */
export type BatchResult = { readonly rest: readonly PricedItem[]; readonly failure: RefreshOutcome | undefined };

type Request = Pick<PriceRefreshRequested['data'], 'owner' | 'market'>;

const OUTCOMES: { readonly [S in Exclude<LookUp['status'], 'answered'>]: RefreshOutcome } = {
  refused: 'key-refused',
  unavailable: 'source-unavailable',
  'limit-reached': 'budget-spent',
};

/** Asks the source for a batch at once, and records what it answered before it says what it did not. */
export const lookUpBatches = ({
  source,
  record,
  now,
}: LookUpBatches): ((request: Request, batch: Batch) => Promise<BatchResult>) => {
  const inFlight = new Map<string, Promise<LookUp>>();

  /** Refreshes of one user at the same time ask for an item once. */
  const lookUp = ({ owner, market }: Request, item: PricedItem, key: SourceKey): Promise<LookUp> => {
    const id = JSON.stringify([owner, market, itemKeyOf(item)]);
    const pendingLookUp = inFlight.get(id) ?? source.lookUp(item, market, key).finally(() => inFlight.delete(id));
    inFlight.set(id, pendingLookUp);
    return pendingLookUp;
  };

  return async (request, { items, key, cause }) => {
    const observedAt = now();
    const replies = await Promise.all(items.map(async (item) => ({ item, reply: await lookUp(request, item, key) })));
    const observations = replies.flatMap(({ item, reply }) =>
      reply.status === 'answered' ? [{ ...item, ...request.market, figures: reply.figures }] : [],
    );
    await record(request.owner, observations, { source: 'bricklink', observedAt }, cause);
    const failures = replies.flatMap(({ item, reply }) => (reply.status === 'answered' ? [] : [{ item, reply }]));
    const [first] = failures;
    return {
      rest: failures.map(({ item }) => item),
      failure: first === undefined ? undefined : OUTCOMES[first.reply.status],
    };
  };
};
