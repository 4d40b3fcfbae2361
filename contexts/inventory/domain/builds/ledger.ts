import type { Brand } from '@lego-moc/kernel/message';
import type { LotKey, LotQuantity } from '../lots.ts';
import { emptyMap, entriesOf, valueOf, withValue, type PersistentMap } from '../persistent-map.ts';
import type { SectionKey } from '../section-keys.ts';
import type { StockMovement } from './build-events.ts';
import { touchesStock, type Account, type BuildLot, type Operation, type Transfer } from './operations.ts';

/** The pieces of one lot by account. `stock` is negative: so many were taken out. All accounts together are 0. */
export type Balance = Readonly<Record<Account, number>>;

/** An operation of the ledger; null while only its undo is known. */
export type LedgerEntry = {
  readonly operation: Operation | null;
  readonly isUndone: boolean;
  /** What the stock has seen of it. */
  readonly stockState: 'untouched' | 'moved' | 'moved-back';
};

/** A lot of a bag or step. */
type SectionLotKey = Brand<string, 'SectionLotKey'>;

const sectionLotKeyOf = (section: SectionKey, lot: LotKey): SectionLotKey =>
  JSON.stringify([section, lot]) as SectionLotKey;

/**
 * All operations of a build and what they add up to. The result does not depend on the order in which operations become
 * known, so that devices which were offline merge: a balance below 0 says that they contradict each other.
 */
export type Ledger = {
  readonly entries: PersistentMap<string, LedgerEntry>;
  readonly balances: PersistentMap<LotKey, Balance>;
  /** What operations that name a bag or a step add up to; part of the balances. */
  readonly sectionBalances: PersistentMap<SectionLotKey, Balance>;
  /** Operations that the stock has still to follow. */
  readonly due: readonly string[];
  /** How many operations go from or to the stock. */
  readonly stockTransfers: number;
};

export const emptyLedger: Ledger = {
  ...{ entries: emptyMap, balances: emptyMap, sectionBalances: emptyMap },
  ...{ due: [], stockTransfers: 0 },
};

const EMPTY: Balance = { stock: 0, reserved: 0, placed: 0, damaged: 0, lost: 0 };

const isEmpty = (balance: Balance): boolean => Object.values(balance).every((quantity) => quantity === 0);

const withPieces = <Key extends string>(
  balances: PersistentMap<Key, Balance>,
  key: Key,
  { from, to }: Transfer,
  quantity: number,
): PersistentMap<Key, Balance> => {
  const before = valueOf(balances, key) ?? EMPTY;
  const after = { ...before, [from]: before[from] - quantity, [to]: before[to] + quantity };
  return withValue(balances, key, isEmpty(after) ? undefined : after);
};

/** The ledger with a transfer added to its balances `times` times; -1 takes it back. */
const withTransfer = (ledger: Ledger, transfer: Transfer, times: 1 | -1): Ledger => {
  let { balances, sectionBalances } = ledger;
  for (const { lot, quantity, section } of transfer.lots) {
    balances = withPieces(balances, lot, transfer, times * quantity);
    if (section !== undefined)
      sectionBalances = withPieces(sectionBalances, sectionLotKeyOf(section, lot), transfer, times * quantity);
  }
  return { ...ledger, balances, sectionBalances };
};

const isTransfer = (operation: Operation | null | undefined): operation is Transfer =>
  operation !== null && operation !== undefined && !('undoes' in operation);

/** Whether the stock has something to do about an entry. */
const isDue = ({ operation, isUndone, stockState }: LedgerEntry): boolean =>
  isTransfer(operation) &&
  touchesStock(operation) &&
  (stockState === 'untouched' || (stockState === 'moved' && isUndone));

const withEntry = (ledger: Ledger, operationId: string, entry: LedgerEntry): Ledger => {
  const entries = withValue(ledger.entries, operationId, entry);
  const wasDue = ledger.due.includes(operationId);
  if (isDue(entry) === wasDue) return { ...ledger, entries };
  const due = wasDue ? ledger.due.filter((id) => id !== operationId) : [...ledger.due, operationId];
  return { ...ledger, entries, due };
};

const NEW_ENTRY: LedgerEntry = { operation: null, isUndone: false, stockState: 'untouched' };

const undo = (ledger: Ledger, operationId: string): Ledger => {
  const entry = valueOf(ledger.entries, operationId) ?? NEW_ENTRY;
  if (entry.isUndone) return ledger;
  const { operation } = entry;
  const before = isTransfer(operation) ? withTransfer(ledger, operation, -1) : ledger;
  return withEntry(before, operationId, { ...entry, isUndone: true });
};

/** The ledger with one more operation; one that is known already changes nothing. */
export const addOperation = (ledger: Ledger, operation: Operation): Ledger => {
  const entry = valueOf(ledger.entries, operation.operationId) ?? NEW_ENTRY;
  if (entry.operation !== null) return ledger;
  const isMoved = isTransfer(operation) && !entry.isUndone;
  const sums = isMoved ? withTransfer(ledger, operation, 1) : ledger;
  const stockTransfers = ledger.stockTransfers + (isTransfer(operation) && touchesStock(operation) ? 1 : 0);
  const next = withEntry({ ...sums, stockTransfers }, operation.operationId, { ...entry, operation });
  return isTransfer(operation) ? next : undo(next, operation.undoes);
};

/** The ledger once the stock has followed an operation, or its undo. */
export const followOperation = (ledger: Ledger, { operationId, isMovedBack }: StockMovement): Ledger => {
  const entry = valueOf(ledger.entries, operationId);
  return entry === undefined
    ? ledger
    : withEntry(ledger, operationId, { ...entry, stockState: isMovedBack ? 'moved-back' : 'moved' });
};

/** An operation of the ledger as far as it is known. */
export const entryOf = ({ entries }: Ledger, operationId: string): LedgerEntry | undefined =>
  valueOf(entries, operationId);

/** The lots with pieces on some account, each with its balance. */
export const balancesOf = ({ balances }: Ledger): Iterable<readonly [LotKey, Balance]> => entriesOf(balances);

/** The lots of bags and steps that operations name, each with its balance. */
export function* sectionBalancesOf({
  sectionBalances,
}: Ledger): Generator<{ readonly section: SectionKey; readonly lot: LotKey; readonly balance: Balance }> {
  for (const [key, balance] of entriesOf(sectionBalances)) {
    const [section, lot] = JSON.parse(key) as [SectionKey, LotKey];
    yield { section, lot, balance };
  }
}

/** The pieces on one account, where there are some. */
export const lotsOn = (ledger: Ledger, account: Account): readonly LotQuantity[] =>
  [...balancesOf(ledger)].flatMap(([lot, balance]) =>
    balance[account] > 0 ? [{ lot, quantity: balance[account] }] : [],
  );

/** The placed pieces, for the bags and steps that they were placed for, as far as operations say so. */
export const placedLots = (ledger: Ledger): readonly BuildLot[] => {
  const rest = new Map(lotsOn(ledger, 'placed').map(({ lot, quantity }) => [lot, quantity]));
  const take = (lot: LotKey, piecesMax: number): number => {
    const quantity = Math.max(0, Math.min(piecesMax, rest.get(lot) ?? 0));
    rest.set(lot, (rest.get(lot) ?? 0) - quantity);
    return quantity;
  };
  const ofSections = [...sectionBalancesOf(ledger)].map(({ section, lot, balance }) => ({
    ...{ section, lot, quantity: take(lot, balance.placed) },
  }));
  const others = [...rest].map(([lot, quantity]) => ({ lot, quantity }));
  return [...ofSections, ...others].filter(({ quantity }) => quantity > 0);
};

/** Whether the operations about a lot contradict each other: more pieces left an account than came. */
export const isContradictory = ({ reserved, placed, damaged, lost }: Balance): boolean =>
  Math.min(reserved, placed, damaged, lost) < 0;
