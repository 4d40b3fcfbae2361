import type { Market, PricedItem, PriceFigures } from '../../domain/prices/price-events.ts';

/** A user's own access to a price source: personal, and bound to the user's addresses. */
export type SourceKey = {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly token: string;
  readonly tokenSecret: string;
};

/** `refused`: no answer for this key; `unavailable`: none at the moment. */
export type LookUp =
  | { readonly status: 'answered'; readonly figures: PriceFigures }
  | { readonly status: 'refused' | 'unavailable' | 'limit-reached'; readonly because: string };

/** A market place that tells what items cost. */
export interface PriceSource {
  /** The figures at this moment; an item that it does not know has none. Every failure is a value; one call each. */
  lookUp(item: PricedItem, market: Market, key: SourceKey, signal?: AbortSignal): Promise<LookUp>;
}
