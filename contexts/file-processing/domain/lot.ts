import { countedItem, type CountedItem } from './item-types.ts';
import type { Order } from './order.ts';

/**
 * The purpose of a lot. Only needed lots add to the pieces of the model; extra ones (spares) are totalled apart;
 * counterparts and alternates of a BrickLink inventory stand for pieces that are listed anyway, and so do opened sets.
 */
export type LotRole = 'needed' | 'extra' | 'counterpart' | 'alternate' | 'opened';

export type LotProblemCode =
  | 'quantity-unreadable'
  | 'quantity-not-positive'
  | 'part-number-missing'
  | 'not-a-part'
  | 'row-incomplete'
  | 'row-too-long'
  | 'field-repeated'
  | 'number-changed-by-spreadsheet'
  | 'excluded'
  | 'submodel-missing';

/** Why a lot is not counted; `field` is the field at fault, as the file or the API names it. */
export type LotProblem = {
  readonly code: LotProblemCode;
  readonly detail: string;
  readonly field?: string | undefined;
};

/** Pieces of a lot that a building step of the model adds; steps count from 1. */
export type StepPieces = { readonly step: number; readonly quantity: number };

/** A lot as it is written in the file: nothing interpreted but the surrounding blanks. */
export type RawLot = {
  /** The line of the file it begins on, from 1. */
  readonly line: number;
  /** BrickLink's item type; P is a part. */
  readonly itemType: string;
  readonly partNumber: string;
  /** The part number is LEGO's number of a part in a colour, as in the lists of its shop. */
  readonly isElement?: boolean | undefined;
  /** The colour id of the file's own numbering; null when the file names none. */
  readonly colour: string | null;
  /** The colour's name, where the file has one beside the id. */
  readonly colourName: string | null;
  readonly quantityText: string | null;
  readonly role: LotRole;
  /** The order that it was bought with, in lists of orders. */
  readonly order?: Order | undefined;
  /** The steps of the model that add its pieces, in models that have some. */
  readonly steps?: readonly StepPieces[] | undefined;
  /** The lot of the set or minifig that it was in; such lots are in no file and have the numbers of the catalogue. */
  readonly openedFrom?: number | undefined;
  /** The problem that the reader of the format found with the lot as a whole. */
  readonly problem?: LotProblem | undefined;
};

export type LotRepairCode = 'quantity-assumed' | 'thousands-separator-removed' | 'part-number-restored';

/** A lot with its place in the file and its quantity read. It stays in the list whatever is wrong with it. */
export type Lot = Omit<RawLot, 'problem'> & {
  /** The part number to look up: as written, but for repairs. */
  readonly lookupNumber: string;
  /** Its position among the lots of the file, from 1. */
  readonly lot: number;
  readonly quantity: number | null;
  /** Why it is not counted. */
  readonly problem: LotProblem | null;
  readonly repairs: readonly LotRepairCode[];
};

/** More than any list holds of one lot, and small enough that a million of them still add up exactly. */
const QUANTITY_MAX = 999_999_999;

const WHOLE_NUMBER = /^[+-]?\d{1,15}(?:\.0{1,9})?$/;

/** Groups of three digits behind one kind of separator. A dot is left out: 1.234 may be a fraction. */
const GROUPED_NUMBER =
  /^[+-]?\d{1,3}(?:,\d{3}){1,4}(?:\.0{1,9})?$|^[+-]?\d{1,3}(?:[ \u00a0\u202f]\d{3}){1,4}$|^[+-]?\d{1,3}(?:['’]\d{3}){1,4}$/;

const SEPARATORS = /[, \u00a0\u202f'’]/g;

/** A number that a spreadsheet took for a decimal. */
const DECIMAL_ID = /^(\d{2,12})\.0{1,4}$/;

/** A number that a spreadsheet rounded: its other digits are lost. */
const SCIENTIFIC = /^\d(?:[.,]\d{1,15})?E\+?\d{1,3}$/i;

/** The text in quotes, shortened for a message. */
const quote = (text: string): string => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

type Quantity = { readonly quantity: number | null; readonly repairs: readonly LotRepairCode[] };

const parseQuantity = (text: string | null): Quantity => {
  if (text === null) return { quantity: 1, repairs: ['quantity-assumed'] };
  const isGrouped = GROUPED_NUMBER.test(text);
  const digits = isGrouped ? text.replace(SEPARATORS, '') : text;
  const quantity = WHOLE_NUMBER.test(digits) ? Number(digits) : NaN;
  if (!(Math.abs(quantity) <= QUANTITY_MAX)) return { quantity: null, repairs: [] };
  return { quantity, repairs: isGrouped ? ['thousands-separator-removed'] : [] };
};

const quantityProblem = (text: string | null, quantity: number | null): LotProblem | null => {
  const field = 'quantity';
  if (text === null) return null;
  if (quantity === null)
    return { code: 'quantity-unreadable', detail: `The quantity ${quote(text)} is not a whole number.`, field };
  return quantity > 0
    ? null
    : {
        code: 'quantity-not-positive',
        detail: `The quantity is ${quantity}, but a lot has at least one piece.`,
        field,
      };
};

const partNumberProblem = (partNumber: string): LotProblem | null => {
  const field = 'partNumber';
  if (partNumber === '') return { code: 'part-number-missing', detail: 'The lot names no part.', field };
  if (!SCIENTIFIC.test(partNumber)) return null;
  const detail = `A spreadsheet rounded the part number to ${quote(partNumber)}. Format that column as text and export the list again.`;
  return { code: 'number-changed-by-spreadsheet', detail, field };
};

const itemTypeProblem = (itemType: string): LotProblem | null =>
  itemType === 'P' || countedItem(itemType) !== undefined
    ? null
    : {
        code: 'not-a-part',
        detail: `Item type ${quote(itemType)} is neither a part, a set nor a minifig, so it is not counted.`,
        field: 'itemType',
      };

/** Interprets the `lot`th lot of a file. */
export const parseLot = (raw: RawLot, lot: number): Lot => {
  const { quantity, repairs } = parseQuantity(raw.quantityText);
  const [, restoredNumber] = DECIMAL_ID.exec(raw.partNumber) ?? [];
  const problem =
    raw.problem ??
    partNumberProblem(raw.partNumber) ??
    quantityProblem(raw.quantityText, quantity) ??
    itemTypeProblem(raw.itemType);
  const restoring: readonly LotRepairCode[] = restoredNumber === undefined ? [] : ['part-number-restored'];
  return {
    ...raw,
    ...{ lot, quantity, problem, lookupNumber: restoredNumber ?? raw.partNumber },
    repairs: problem === null ? [...repairs, ...restoring] : [],
  };
};

const piecesIn = ({ problem, quantity, role, itemType }: Lot, wantedRole: LotRole): number =>
  problem === null && role === wantedRole && itemType === 'P' ? (quantity ?? 0) : 0;

/** How many pieces the lot adds to what the model needs. */
export const neededPieces = (lot: Lot): number => piecesIn(lot, 'needed');

/** How many pieces the lot adds to the extra ones. */
export const extraPieces = (lot: Lot): number => piecesIn(lot, 'extra');

/** How many sets or minifigs the lot adds; they are counted apart from pieces. */
export const countedItems = ({ problem, quantity, role, itemType }: Lot, item: CountedItem): number =>
  problem === null && role === 'needed' && countedItem(itemType) === item ? (quantity ?? 0) : 0;
