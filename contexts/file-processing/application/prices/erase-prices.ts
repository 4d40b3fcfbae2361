import type { Clock } from '@lego-moc/application/clock';
import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { Cause } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { ErasePriceOwner } from '../../domain/prices/price-owner.ts';
import type { PriceBook } from '../ports/price-book.ts';
import type { SourceKeys } from '../ports/source-keys.ts';
import type { HandlePrice } from './record-prices.ts';

export type PriceErasure = {
  readonly keys: Pick<SourceKeys, 'remove'>;
  readonly book: Pick<PriceBook, 'page'>;
  readonly handle: HandlePrice;
  readonly owners: HandleCommand<ErasePriceOwner, never>;
  readonly now: Clock;
};

const PAGE = 500;

/** Owners of one sweep. */
const OWNERS_MAX = 100;

/** Removes the key first, so that no price follows, and withdraws the prices that the read model has. */
const removePricesOf = async (
  { keys, book, handle, now }: Omit<PriceErasure, 'owners'>,
  owner: UserId,
  cause: Cause,
): Promise<void> => {
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

/** Erases a user: imports are refused from then on, and what is kept for them is removed. Safe to repeat. */
export const erasePricesOf =
  (erasure: PriceErasure) =>
  async (owner: UserId, cause: Cause): Promise<void> => {
    const erase = { type: 'ErasePriceOwner' as const, data: { owner, at: erasure.now() } };
    await erasure.owners(owner, erase, { ...cause, commandId: derivedId(cause.commandId, 'owner') });
    await removePricesOf(erasure, owner, cause);
  };

/**
 * Removes what came after an erasure: prices that were not in the read model yet, and those of requests and refreshes
 * that were in flight.
 */
export const sweepErasedPrices =
  (erasure: Omit<PriceErasure, 'owners'>, find: (limit: number) => Promise<readonly UserId[]>) =>
  async (): Promise<void> => {
    for (const owner of await find(OWNERS_MAX)) {
      const commandId = newId();
      await removePricesOf(erasure, owner, { commandId, correlationId: commandId, actor: 'file-processing' });
    }
  };
