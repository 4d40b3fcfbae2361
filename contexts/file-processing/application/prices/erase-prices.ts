import type { Clock } from '@lego-moc/application/clock';
import type { Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { PriceBook } from '../ports/price-book.ts';
import type { SourceKeys } from '../ports/source-keys.ts';
import type { HandlePrice } from './record-prices.ts';

export type PriceErasure = {
  readonly keys: Pick<SourceKeys, 'remove'>;
  readonly book: Pick<PriceBook, 'page'>;
  readonly handle: HandlePrice;
  readonly now: Clock;
};

const PAGE = 500;

/** Removes an erased user's key first, so that no price follows, and withdraws their prices. Safe to repeat. */
export const erasePricesOf =
  ({ keys, book, handle, now }: PriceErasure) =>
  async (owner: UserId, cause: Cause): Promise<void> => {
    await keys.remove(owner);
    for (let after = ''; ;) {
      const page = await book.page(owner, after, PAGE);
      for (const { priceId } of page) {
        const withdraw = { type: 'WithdrawPrice' as const, data: { priceId, at: now() } };
        await handle(priceId, withdraw, { ...cause, commandId: derivedId(cause.commandId, priceId) });
      }
      if (page.length < PAGE) return;
      after = page.at(-1)?.priceId ?? after;
    }
  };
