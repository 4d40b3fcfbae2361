import type { FindingReason, LedgerLine } from '../../domain/ledger/ledger-lines.ts';
import { itemKinds, lotKeyOf, type ItemKind, type LotKey } from '../../domain/lots.ts';

/** The cells of a line by the columns that mean something. */
export type Cells = {
  -readonly [Column in 'date' | 'kind' | 'item' | 'part' | 'colour' | 'quantity' | 'note' | 'id']?: string;
};

const NUMBER_LENGTH_MAX = 64;
const COLOUR_LENGTH_MAX = 40;
const TEXT_LENGTH_MAX = 200;
const QUANTITY_MAX = 1_000_000;

/** The day of a date, also of one with a time behind it; `undefined` for anything else, as the 31st of June. */
const dayOf = (date: string): string | undefined => {
  const day = /^(\d{4}-\d\d-\d\d)(?:$|[T ])/.exec(date)?.[1];
  const instant = Date.parse(`${day ?? ''}T00:00:00Z`);
  return !Number.isNaN(instant) && new Date(instant).toISOString().startsWith(day ?? '-') ? day : undefined;
};

type Kind = 'in' | 'out' | 'adjust';

/** What the quantity of each kind adds; `undefined` when it says nothing or too much. */
const additionOf = (kind: Kind, quantity: string): number | undefined => {
  if (!/^[+-]?\d{1,7}$/.test(quantity)) return undefined;
  const number = Number(quantity);
  if (number === 0 || Math.abs(number) > QUANTITY_MAX || (kind !== 'adjust' && number < 0)) return undefined;
  return kind === 'out' ? -number : number;
};

const isKind = (kind: string): kind is Kind => ['in', 'out', 'adjust'].includes(kind);
const isItem = (item: string): item is ItemKind => (itemKinds as readonly string[]).includes(item);

// NUL is no text for PostgreSQL.
const isLong = (text: string, lengthMax: number): boolean => text.length > lengthMax || text.includes('\0');

const lotOf = ({ item, part, colour }: Pick<Required<Cells>, 'item' | 'part' | 'colour'>): LotKey | undefined => {
  const kind = item === '' ? 'part' : item.toLowerCase();
  if (!isItem(kind) || part === '' || isLong(part, NUMBER_LENGTH_MAX)) return undefined;
  if (colour.includes(':') || isLong(colour, COLOUR_LENGTH_MAX)) return undefined;
  return lotKeyOf({ kind, number: part, colour: kind === 'part' && colour !== '' ? colour : null });
};

const NO_CELLS = { date: '', kind: '', item: '', part: '', colour: '', quantity: '', note: '', id: '' };

/** The transaction of a line, with the id that the ledger gives it or none; else why it is none. */
export const lineContent = (
  someCells: Cells,
): (Omit<LedgerLine, 'lineId'> & { readonly id: string }) | FindingReason => {
  const cells = { ...NO_CELLS, ...someCells };
  const { note, id } = cells;
  const day = dayOf(cells.date);
  if (day === undefined) return 'date-unreadable';
  const kind = cells.kind.toLowerCase();
  if (!isKind(kind)) return 'kind-unknown';
  const lot = lotOf(cells);
  if (lot === undefined) return 'piece-unreadable';
  const quantity = additionOf(kind, cells.quantity);
  if (quantity === undefined) return 'quantity-unreadable';
  return isLong(note, TEXT_LENGTH_MAX) || isLong(id, TEXT_LENGTH_MAX)
    ? 'text-too-long'
    : { day, lot, quantity, note, id };
};
