import type { Clock } from '@lego-moc/application/clock';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { LINES_MAX } from '../../domain/export-plan.ts';
import { estimateCost, groupByCurrency, type Estimate } from '../../domain/prices/estimate.ts';
import { countNeeds, type ListNeeds } from '../../domain/prices/needs.ts';
import type { Condition, Guide } from '../../domain/prices/price-events.ts';
import { sourceOf, type ReadList } from '../plan-export.ts';
import type { ExportLots } from '../ports/export-lots.ts';
import type { PriceBook } from '../ports/price-book.ts';

export type MarketQuery = {
  readonly condition: Condition;
  readonly guide: Guide;
  /** Without one the currency that prices the most items. */
  readonly currency?: string | undefined;
};

export type EstimatedLists = {
  readonly estimate: Estimate;
  /** Null when there is no price in any currency. */
  readonly currency: string | null;
  readonly otherCurrencies: readonly string[];
  readonly untranslatedLots: number;
};

export type ListsTooLarge = Rejection<'lists-too-large'>;

export type CountListNeeds = (lists: readonly ReadList[]) => Promise<ListNeeds | ListsTooLarge>;
export type EstimateLists = (
  lists: readonly ReadList[],
  reader: UserId,
  market: MarketQuery,
) => Promise<EstimatedLists | ListsTooLarge>;

/** Estimates lists whose lots come from a source of their own. */
export type EstimateOf = (lots: ExportLots) => EstimateLists;

/** Adds up what the lists need. At most as many lots as an export may have. */
export const countListNeeds =
  (lots: ExportLots): CountListNeeds =>
  async (lists) => {
    if (lists.reduce((sum, { findings }) => sum + findings.lots, 0) > LINES_MAX)
      return reject('lists-too-large', `Prices are estimated for at most ${LINES_MAX.toLocaleString('en')} lots.`);
    const { add, total } = countNeeds();
    for (const list of lists) {
      const source = sourceOf(list.findings);
      for await (const page of lots(list)) for (const lot of page) add(lot, source);
    }
    return total();
  };

/** What the lists cost together, by the prices that the reader may use. */
export const estimateLists =
  (count: CountListNeeds, book: Pick<PriceBook, 'latest'>, now: Clock): EstimateLists =>
  async (lists, reader, { condition, guide, currency }) => {
    const needs = await count(lists);
    if (isRejection(needs)) return needs;
    const items = needs.needs.map(({ item }) => item);
    const groups = groupByCurrency(await book.latest(reader, items, { condition, guide }));
    const chosenCurrency = currency ?? groups[0]?.[0] ?? null;
    const prices = groups.find(([name]) => name === chosenCurrency)?.[1] ?? [];
    return {
      estimate: estimateCost(needs, prices, { guide, now: now() }),
      currency: chosenCurrency,
      otherCurrencies: groups.map(([name]) => name).filter((name) => name !== chosenCurrency),
      untranslatedLots: needs.untranslatedLots,
    };
  };
