import { isRejection } from '@lego-moc/kernel/decider';
import { ok, problem, type Reply } from '@lego-moc/http/respond';
import type { EstimatedLists, ListsTooLarge, MarketQuery } from '../../application/prices/estimate-lists.ts';
import type { EstimateReply } from '../../contracts/price-api.ts';
import { formatAmount } from '../../domain/prices/amount.ts';

const NO_PRICES =
  'There is no price for any of these pieces. Import prices (POST /v1/prices), or set a key of BrickLink and refresh them.';

const bodyOf = (
  { estimate, currency, otherCurrencies, untranslatedLots }: EstimatedLists,
  { condition, guide }: MarketQuery,
): EstimateReply => {
  const { low, expected, high, oldestPriceAt, cannotBuyEnough, unpriced, ...counts } = estimate;
  const scope = {
    ...{ ...counts, condition, guide, otherCurrencies: [...otherCurrencies], untranslatedLots },
    cannotBuyEnough: { ...cannotBuyEnough, first: [...cannotBuyEnough.first] },
    unpriced: { ...unpriced, first: [...unpriced.first] },
    shippingIncluded: false as const,
  };
  if (oldestPriceAt === null || currency === null)
    return { status: 'no-prices', ...scope, currency, detail: NO_PRICES };
  const sums = { low: formatAmount(low), expected: formatAmount(expected), high: formatAmount(high) };
  return { status: 'estimated', ...scope, currency, ...sums, oldestPriceAt };
};

/** Without a single price there are no sums: 0 would be one. */
export const estimateReplyFor = (result: EstimatedLists | ListsTooLarge, market: MarketQuery): Reply =>
  isRejection(result) ? problem(409, result.rejected, result.because) : ok(bodyOf(result, market));
