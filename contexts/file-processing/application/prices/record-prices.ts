import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant } from '@lego-moc/kernel/message';
import type {
  PricedItem,
  Market,
  PriceFigures,
  PriceOwner,
  PriceSourceName,
} from '../../domain/prices/price-events.ts';
import { priceIdOf, type PriceCommand, type PriceRejection } from '../../domain/prices/price.ts';

export type HandlePrice = HandleCommand<PriceCommand, PriceRejection>;

export type Observation = PricedItem & Market & { readonly figures: PriceFigures };

export type RecordPrices = (
  owner: PriceOwner,
  observations: readonly Observation[],
  from: { readonly source: PriceSourceName; readonly observedAt: Instant },
  cause: Cause,
) => Promise<void>;

/** Appends under way at once. More would delay other commands, and the store batches these. */
const CONCURRENCY = 32;

/**
 * Records observations, each in the stream of its price. A crash leaves some recorded; repeated under the same cause
 * the others follow, and none is recorded twice.
 */
export const recordPrices =
  (handle: HandlePrice): RecordPrices =>
  async (owner, observations, { source, observedAt }, cause) => {
    const rest = observations.values();
    const work = async (): Promise<void> => {
      for (const { figures, ...item } of rest) {
        const key = { ...item, owner };
        const priceId = priceIdOf(key);
        const commandId = derivedId(cause.commandId, priceId);
        const data = { priceId, key, figures, source, observedAt };
        await handle(priceId, { type: 'ObservePrice', data }, { ...cause, commandId });
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
  };
