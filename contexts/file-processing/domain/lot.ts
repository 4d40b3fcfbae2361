/**
 * What part a lot plays in the list. Only needed and spare lots are counted: extras, counterparts and alternates of a
 * BrickLink inventory come on top of the parts that the model needs, or instead of them.
 */
export type LotRole = 'needed' | 'spare' | 'extra' | 'counterpart' | 'alternate';

/** A lot as it stands in the file: nothing interpreted but the surrounding blanks. */
export type RawLot = {
  /** The line of the file it begins on, from 1. */
  readonly line: number;
  /** BrickLink's item type; P is a part. */
  readonly itemType: string;
  readonly partNumber: string;
  /** The colour id of the file's own numbering; null when the file names none. */
  readonly colour: string | null;
  readonly quantityText: string | null;
  readonly role: LotRole;
  /** Cells were missing, so that what is here may stand in the wrong column. */
  readonly incomplete?: boolean;
};

export type LotProblemCode =
  'quantity-unreadable' | 'quantity-not-positive' | 'part-number-missing' | 'not-a-part' | 'row-incomplete';

export type LotProblem = { readonly code: LotProblemCode; readonly detail: string };

/** A lot with its place in the file and its quantity read. It stays in the list whatever is wrong with it. */
export type Lot = RawLot & {
  /** The how manieth lot of the file, from 1. */
  readonly lot: number;
  readonly quantity: number | null;
  /** Why it is not counted. */
  readonly problem: LotProblem | null;
  /** The file says nothing about the quantity, which in a wanted list means one. */
  readonly quantityAssumed: boolean;
};

/** More than any list holds of one lot, and small enough that a million of them still add up exactly. */
const QUANTITY_MAX = 999_999_999;

const WHOLE_NUMBER = /^[+-]?\d{1,15}(?:\.0{1,9})?$/;

const shown = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

const quantityProblem = (text: string | null, quantity: number | null): LotProblem | null => {
  if (text === null) return null;
  if (quantity === null)
    return { code: 'quantity-unreadable', detail: `The quantity ${shown(text)} is not a whole number.` };
  return quantity > 0
    ? null
    : { code: 'quantity-not-positive', detail: `The quantity is ${quantity}, but a lot has at least one piece.` };
};

const quantityOf = (text: string): number | null => {
  if (!WHOLE_NUMBER.test(text)) return null;
  const quantity = Number(text);
  return Math.abs(quantity) <= QUANTITY_MAX ? quantity : null;
};

const problemOf = (written: RawLot, quantity: number | null): LotProblem | null => {
  if (written.incomplete === true)
    return { code: 'row-incomplete', detail: 'The row has fewer cells than the header has columns.' };
  if (written.partNumber === '') return { code: 'part-number-missing', detail: 'The lot names no part.' };
  const problem = quantityProblem(written.quantityText, quantity);
  if (problem !== null || written.itemType === 'P') return problem;
  return { code: 'not-a-part', detail: `Item type ${shown(written.itemType)} is not a part, so it is not counted.` };
};

/** Reads the `lot`th lot of a file. */
export const parseLot = (written: RawLot, lot: number): Lot => {
  const quantity = written.quantityText === null ? 1 : quantityOf(written.quantityText);
  const problem = problemOf(written, quantity);
  return { ...written, lot, quantity, problem, quantityAssumed: written.quantityText === null && problem === null };
};

/** How many pieces the lot adds to the list. */
export const piecesOf = ({ problem, quantity, role }: Lot): number =>
  problem === null && (role === 'needed' || role === 'spare') ? (quantity ?? 0) : 0;
