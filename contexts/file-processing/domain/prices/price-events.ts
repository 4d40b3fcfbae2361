import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { Amount } from './amount.ts';

export type PriceId = Brand<string, 'PriceId'>;

/** The prices that an operator imported; everybody's estimates may use them. */
export const PLATFORM = 'platform';
export type PriceOwner = UserId | typeof PLATFORM;

export const CONDITIONS = ['new', 'used'] as const;
export type Condition = (typeof CONDITIONS)[number];

/** Offers that are open now, or sales of the last six months. */
export const GUIDES = ['stock', 'sold'] as const;
export type Guide = (typeof GUIDES)[number];

export const PRICE_SOURCES = ['bricklink', 'file'] as const;
export type PriceSourceName = (typeof PRICE_SOURCES)[number];

/** An item in BrickLink's numbers; the number is in lower case, the colour is 0 for items that have none. */
export type PricedItem = { readonly itemType: string; readonly number: string; readonly colour: number };

/** The kind of figures that is asked for, in one currency (ISO 4217). */
export type Market = { readonly condition: Condition; readonly guide: Guide; readonly currency: string };

export type PriceKey = PricedItem & Market & { readonly owner: PriceOwner };

/** Prices of one piece. `quantityAverage` is weighted by pieces, so are the quartiles; a file has no quartiles. */
export type UnitPrices = {
  readonly minimum: Amount;
  readonly average: Amount;
  readonly quantityAverage: Amount;
  readonly maximum: Amount;
  readonly lowerQuartile?: Amount | undefined;
  readonly upperQuartile?: Amount | undefined;
};

/**
 * The figures of a price guide. `offers` are lots on sale, or sales; `pieces` are all of theirs; both null when the
 * source does not say. `unit` is null when there was nothing to buy, or the source does not know the item.
 */
export type PriceFigures = {
  readonly offers: number | null;
  readonly pieces: number | null;
  readonly unit: UnitPrices | null;
};

/** A source was asked, or a file read, and these were its figures then. */
export type PriceObserved = Message<
  'PriceObserved',
  { priceId: PriceId; key: PriceKey; figures: PriceFigures; source: PriceSourceName; observedAt: Instant }
>;

/** The owner of the price was erased: nobody reads it any more. */
export type PriceWithdrawn = Message<'PriceWithdrawn', { priceId: PriceId; withdrawnAt: Instant }>;

export type PriceEvent = PriceObserved | PriceWithdrawn;
