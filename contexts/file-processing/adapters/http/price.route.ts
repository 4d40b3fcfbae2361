import { Router } from 'express';
import type { Clock } from '@lego-moc/application/clock';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { noContent, ok, problem } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import type { ImportPrices, PricesImport } from '../../application/prices/import-prices.ts';
import { budgetIdOf } from '../../application/prices/refresh-prices.ts';
import type { OwnPrice, PriceBook } from '../../application/ports/price-book.ts';
import type { SourceKeys } from '../../application/ports/source-keys.ts';
import { formatAmount } from '../../domain/prices/amount.ts';
import type { LookUpBudget } from '../../domain/prices/look-up-budget.ts';
import {
  deleteSourceContract,
  importPricesContract,
  listPricesContract,
  putSourceContract,
  readSourceContract,
} from './price-contracts.ts';

export type PriceRoutes = {
  readonly importPrices: ImportPrices;
  readonly book: PriceBook;
  readonly keys: SourceKeys;
  readonly ownerRefusal: PricesImport['ownerRefusal'];
  readonly budget: { readonly load: (id: string) => Promise<LookUpBudget>; readonly dailyMax: number };
  readonly now: Clock;
};

const STATUS = { 'prices-unreadable': 422, 'too-many-prices': 409, 'user-erased': 410 } as const;

const problemFor = ({ rejected: code, because }: Rejection<keyof typeof STATUS>) =>
  problem(STATUS[code], code, because);

const priceReplyFor = ({ figures: { offers, pieces, unit }, ...price }: OwnPrice): object => ({
  ...{ ...price, offers, pieces },
  unit:
    unit === null
      ? null
      : {
          minimum: formatAmount(BigInt(unit.minimum)),
          average: formatAmount(BigInt(unit.average)),
          quantityAverage: formatAmount(BigInt(unit.quantityAverage)),
          maximum: formatAmount(BigInt(unit.maximum)),
        },
});

/** Routes for the own prices, and for the own key of their source. */
export const priceRoutes = ({ importPrices, book, keys, ownerRefusal, budget, now }: PriceRoutes): Router =>
  Router().use(
    route(importPricesContract, async ({ body: { csv, guide }, request }) => {
      const result = await importPrices(userOf(request).id, { csv, guide }, causeOf(request));
      return isRejection(result) ? problemFor(result) : ok(result);
    }),

    route(listPricesContract, async ({ query: { cursor, limit }, request }) => {
      const page = await book.page(userOf(request).id, cursor, limit);
      return ok({
        prices: page.map(priceReplyFor),
        nextCursor: page.length < limit ? null : (page.at(-1)?.priceId ?? null),
      });
    }),

    route(putSourceContract, async ({ body, request }) => {
      const { id } = userOf(request);
      const refusal = await ownerRefusal(id);
      if (refusal !== undefined) return problemFor(refusal);
      await keys.put(id, body);
      return noContent();
    }),

    route(readSourceContract, async ({ request }) => {
      const { id } = userOf(request);
      const [setAt, { reserved }] = await Promise.all([keys.setAt(id), budget.load(budgetIdOf(id, now()))]);
      return ok({ setAt: setAt ?? null, callsToday: reserved, callsPerDayMax: budget.dailyMax });
    }),

    route(deleteSourceContract, async ({ request }) => {
      await keys.remove(userOf(request).id);
      return noContent();
    }),
  );
