import type { LatestPrice } from '../../domain/prices/estimate.ts';
import type { Market, PricedItem, PriceFigures, PriceId, PriceSourceName } from '../../domain/prices/price-events.ts';
import type { Instant, UserId } from '@lego-moc/kernel/message';

/** An own price with everything that is known of it. */
export type OwnPrice = PricedItem &
  Market & {
    readonly priceId: PriceId;
    readonly figures: PriceFigures;
    readonly source: PriceSourceName;
    readonly observedAt: Instant;
  };

/** The newest prices, by the read model. */
export interface PriceBook {
  /** The newest price of each item in each currency: the reader's own or the platform's. */
  latest(
    reader: UserId,
    items: readonly PricedItem[],
    market: Pick<Market, 'condition' | 'guide'>,
  ): Promise<readonly LatestPrice[]>;
  /** A page of the owner's own prices behind `after`, in the order of their ids. */
  page(owner: UserId, after: string, limit: number): Promise<readonly OwnPrice[]>;
  count(owner: UserId): Promise<number>;
}
