import type { UserId } from '@lego-moc/kernel/message';
import { groupByCurrency } from '../../domain/prices/estimate.ts';
import { itemKeyOf, pricedPart } from '../../domain/prices/needs.ts';
import type { FindPartColours, PartColour } from '../ports/part-colours.ts';
import type { PriceBook } from '../ports/price-book.ts';
import type { MarketQuery } from './estimate-lists.ts';

/** `price` is the average of one piece in ten-thousandths of the currency's unit; null when none is known or on sale. */
export type PricedColour = PartColour & { readonly price: number | null };

export type PricedColours = {
  readonly release: string;
  /** Null when no colour has a price in any currency. */
  readonly currency: string | null;
  readonly colours: readonly PricedColour[];
};

/** Says which colours parts are known in, and what a piece costs by the prices that the reader may use. */
export const priceColours =
  (find: FindPartColours, book: Pick<PriceBook, 'latest'>) =>
  async (
    parts: readonly string[],
    reader: UserId,
    { condition, guide, currency }: MarketQuery,
  ): Promise<PricedColours> => {
    const { release, colours } = await find(parts);
    const items = colours.map(({ part, colourId }) => pricedPart(part, colourId));
    const lookUps = [
      ...new Map(items.flatMap((item) => (item === undefined ? [] : [[itemKeyOf(item), item] as const]))).values(),
    ];
    const groups = groupByCurrency(await book.latest(reader, lookUps, { condition, guide }));
    const chosenCurrency = currency ?? groups[0]?.[0] ?? null;
    const prices = groups.find(([name]) => name === chosenCurrency)?.[1] ?? [];
    const unitByItem = new Map(prices.map((price) => [itemKeyOf(price), price.figures.unit?.quantityAverage ?? null]));
    return {
      ...{ release, currency: chosenCurrency },
      colours: colours.map((colour, at) => {
        const item = items[at];
        return { ...colour, price: item === undefined ? null : (unitByItem.get(itemKeyOf(item)) ?? null) };
      }),
    };
  };
