import { mergeLots, type LotQuantity } from '../lots.ts';
import type { SectionKey } from '../section-keys.ts';

/** The accounts of a build. Pieces on `stock` lie in a place of the owner's stock, all others are with the build. */
export const accounts = ['stock', 'reserved', 'placed', 'damaged', 'lost'] as const;
export type Account = (typeof accounts)[number];

/** Pieces of one lot; `section` is the bag or step that they are for, if the device says so. */
export type BuildLot = LotQuantity & { readonly section?: SectionKey | undefined };

/** Pieces went from one account to another. `location` is the place of the stock that they left or came to. */
export type Transfer = {
  readonly operationId: string;
  readonly from: Account;
  readonly to: Account;
  readonly location: string | null;
  readonly lots: readonly BuildLot[];
};

/** The counter-entry of a transfer, which may become known after it. An undo cannot be undone. */
export type Undo = { readonly operationId: string; readonly undoes: string };

/** Made on a device, which gives it its id, perhaps long before it is known here. */
export type Operation = Transfer | Undo;

const WAYS: Record<Account, readonly Account[]> = {
  stock: ['reserved'],
  reserved: ['placed', 'damaged', 'lost', 'stock'],
  placed: ['reserved', 'damaged', 'lost'],
  damaged: ['reserved'],
  lost: ['reserved'],
};

/** Whether pieces can go from one account to another at once. */
export const isWay = (from: Account, to: Account): boolean => WAYS[from].includes(to);

/** Whether a transfer takes pieces out of the stock, or puts some back. */
export const touchesStock = ({ from, to }: Transfer): boolean => from === 'stock' || to === 'stock';

/** What the transfer adds to its place of the stock: negative quantities leave it. */
export const stockChangeOf = ({ from, lots }: Transfer): readonly LotQuantity[] =>
  mergeLots(lots.map(({ lot, quantity }) => ({ lot, quantity: from === 'stock' ? -quantity : quantity })));

const contentOf = (operation: Operation): string =>
  'undoes' in operation
    ? JSON.stringify([operation.undoes])
    : JSON.stringify([
        ...[operation.from, operation.to, operation.location],
        operation.lots.map(({ lot, quantity, section }) => [lot, quantity, section]),
      ]);

/** Whether two operations of one id are the same, so that the second is a repetition. */
export const isSameOperation = (operation: Operation, other: Operation): boolean =>
  contentOf(operation) === contentOf(other);
