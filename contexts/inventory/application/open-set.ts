import type { Cause, Revision } from '@lego-moc/application/event-streams';
import type { Clock } from '@lego-moc/application/clock';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { InventoryRejection } from '../domain/inventory.ts';
import { lotKeyOf, type LotQuantity, type Piece } from '../domain/lots.ts';
import type { HoldingRejection } from '../domain/stock/holding-commands.ts';
import { changeStock, type StockDependencies } from './change-stock.ts';
import { placeOf } from './inventory-ids.ts';
import type { SetContents, SetInventories } from './ports/set-inventories.ts';

export type Opening = {
  readonly owner: UserId;
  readonly entryId: string;
  readonly location: string | null;
  readonly set: Omit<Piece, 'colour'>;
  readonly quantity: number;
  readonly version: number | undefined;
};

export type OpeningRejection = HoldingRejection | InventoryRejection | 'set-inventory-not-found' | 'too-many-pieces';

const PIECES_OF_LOT_MAX = 1_000_000_000;

/** Sets that leave a place, and what comes out of them. */
export const lotsOfOpening = (
  set: Omit<Piece, 'colour'>,
  quantity: number,
  { lots }: SetContents,
): readonly LotQuantity[] => [
  { lot: lotKeyOf({ ...set, colour: null }), quantity: -quantity },
  ...lots.map(({ lot, quantity: pieces }) => ({ lot, quantity: pieces * quantity })),
];

/** Opens sets in a place by one entry: they leave it and their parts come into it, or nothing happens. */
export const openSet =
  (needs: StockDependencies & { readonly sets: SetInventories; readonly now: Clock }) =>
  async (
    { owner: by, entryId, location, set, quantity, version }: Opening,
    cause: Cause,
    expected?: Revision,
  ): Promise<SetContents | Rejection<OpeningRejection>> => {
    const place = placeOf(by, location);
    const { state } = await needs.holdings.lastSeen(place.holdingId);
    if (state.status !== 'open') return reject('holding-not-found', 'You have no pieces in such a place.');
    const contents = await needs.sets.contents(set.number, version, cause);
    if (contents === undefined)
      return reject('set-inventory-not-found', 'The catalogue has no inventory of this set in this version.');
    const lots = lotsOfOpening(set, quantity, contents);
    if (lots.some(({ quantity: pieces }) => pieces > PIECES_OF_LOT_MAX))
      return reject('too-many-pieces', 'Open fewer of them at a time.');
    const reason = `Opened ${set.number}`;
    const data = { by, at: needs.now(), entryId, reason, day: null, place, lots };
    const outcome = await changeStock(needs)({ type: 'EnterStock', data }, cause, expected);
    return isRejection(outcome) ? outcome : contents;
  };
