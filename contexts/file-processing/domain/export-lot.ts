import { ANY_COLOUR, partKey, type Format } from './catalogue.ts';
import type { ColourScheme } from './colour-scheme.ts';
import { colourIdIn } from './export-colours.ts';
import { ELEMENT_FORMATS } from './format-scheme.ts';
import { isFormula } from './formula.ts';
import type { ExportTarget } from './export-target.ts';
import type { LotProblemCode, LotRole } from './lot.ts';
import type { PartRuleName } from './part-links.ts';

/** The number of a part in another system. */
export type NumberElsewhere = { readonly scheme: ColourScheme; readonly number: string };

/** A lot as it was read, with what the catalogue has of it now. */
export type StoredLot = {
  readonly lot: number;
  readonly line: number;
  readonly itemType: string;
  readonly partNumber: string;
  readonly colour: string | null;
  readonly quantityText: string | null;
  readonly quantity: number | null;
  readonly role: LotRole;
  readonly problem: LotProblemCode | null;
  readonly part: string | null;
  /** How the part was found; null when its number is the catalogue's own. */
  readonly partRule?: PartRuleName | null | undefined;
  readonly partName: string | null;
  readonly colourId: number | null;
  readonly colourName: string | null;
  /** The elements of the part in the colour, the newest first. */
  readonly elementIds: readonly string[];
  /** What the cross-walk calls the part in other systems, the shortest number of each first; absent without any. */
  readonly numbersElsewhere?: readonly NumberElsewhere[] | null | undefined;
  /** The lot of the set that it was in; none for lots of the file. */
  readonly openedFrom?: number | null | undefined;
};

/** Where a list comes from: `scheme` is unknown for tables that were read by older versions. */
export type ExportSource = { readonly format: Format; readonly scheme: ColourScheme | undefined };

const CATALOGUE: ExportSource = { format: 'rebrickable-csv', scheme: 'rebrickable' };

/** Whose ids a lot of the list has: parts of opened sets have the catalogue's, whatever the file has. */
const sourceFor = ({ openedFrom }: StoredLot, source: ExportSource): ExportSource =>
  typeof openedFrom === 'number' ? CATALOGUE : source;

export type ExportLossCode =
  | 'colour-any'
  | 'colour-not-at-target'
  | 'colour-unknown'
  | 'element-chosen'
  | 'element-missing'
  | 'lot-has-problem'
  | 'not-a-part'
  | 'part-custom'
  | 'part-number-chosen'
  | 'part-number-not-translated'
  | 'part-number-unwritable'
  | 'part-unknown'
  | 'quantity-divided'
  | 'role-not-supported'
  | 'text-escaped';

/** A lot in the numbers of a target; `colour` is null for any colour, and for items that have none. */
export type ExportedLot = {
  readonly lot: StoredLot;
  readonly number: string;
  readonly colour: string | null;
  /** How many lines it takes, each with at most `quantityPerLineMax` pieces. */
  readonly lineCount: number;
  readonly quantityPerLineMax: number;
  readonly losses: readonly ExportLossCode[];
};

/** One line of an exported file. */
export type ExportLine = Pick<ExportedLot, 'lot' | 'number' | 'colour'> & { readonly quantity: number };

type Result<T> =
  { readonly value: T; readonly loss?: ExportLossCode | undefined } | { readonly leftOut: ExportLossCode };

const leaveOut = (code: ExportLossCode): { readonly leftOut: ExportLossCode } => ({ leftOut: code });

/** Tables of any program, which name elements if their colours are LEGO's. */
const TABLE_FORMATS: ReadonlySet<Format> = new Set(['custom-csv', 'excel']);

const namesElements = ({ format, scheme }: ExportSource): boolean =>
  ELEMENT_FORMATS.has(format) || (TABLE_FORMATS.has(format) && scheme === 'lego');

/** One line of printable ASCII, as all programs have it for part numbers, that no spreadsheet takes for a formula. */
const WRITABLE = /^(?![=+\-@])[!-~](?:[ -~]{0,78}[!-~])?$/;
const ELEMENT_ID = /^\d{4,8}$/;
/** Also LDraw's direct colours. */
const COLOUR_ID = /^(?:-?\d{1,9}|0x[0-9a-f]{7,8})$/i;

/** LDraw takes a slash for a folder. */
const FOLDER = /[/\\]/;

/** The number as it was written, unless reading had to repair it or another system than the target gave it. */
const numberOf = (
  { part, partNumber, partRule }: StoredLot,
  { scheme }: ExportSource,
  { ids }: ExportTarget,
): string => {
  if (part === null || partKey(part) === partKey(partNumber)) return partNumber;
  const isRepaired = (partRule ?? null) === null;
  return !isRepaired && scheme === ids && ids !== 'rebrickable' ? partNumber : part;
};

const isWritable = (number: string, { ids }: ExportTarget): boolean =>
  WRITABLE.test(number) && !(ids === 'ldraw' && FOLDER.test(number));

/** The target's number of a part of the catalogue, by the cross-walk. */
const translateNumber = ({ numbersElsewhere }: StoredLot, { ids }: ExportTarget): Result<string> | undefined => {
  const [number, ...others] = (numbersElsewhere ?? []).filter(({ scheme }) => scheme === ids);
  if (number === undefined) return undefined;
  return { value: number.number, loss: others.length > 0 ? 'part-number-chosen' : undefined };
};

/** Whether the number is one of the target's; of items that are no parts there is one numbering only. */
const isTheirs = ({ part, itemType }: StoredLot, from: ColourScheme | 'element' | undefined, ids: string): boolean =>
  itemType !== 'P' || from === ids || (part !== null && ids === 'rebrickable');

/** What a number that is written as it is may lose. */
const lossOf = (
  lot: StoredLot,
  from: ColourScheme | 'element' | undefined,
  { ids }: ExportTarget,
): ExportLossCode | undefined => {
  if (lot.partRule === 'custom') return 'part-custom';
  return isTheirs(lot, from, ids) ? undefined : 'part-number-not-translated';
};

const partNumberFor = (lot: StoredLot, source: ExportSource, target: ExportTarget): Result<string> => {
  const isElement = namesElements(source);
  if (isElement && lot.part === null) return leaveOut('part-unknown');
  const from = isElement ? 'element' : source.scheme;
  const translation = isTheirs(lot, from, target.ids) ? undefined : translateNumber(lot, target);
  const number = isElement ? (lot.part ?? '') : numberOf(lot, source, target);
  const result = translation ?? { value: number, loss: lossOf(lot, from, target) };
  return 'value' in result && !isWritable(result.value, target) ? leaveOut('part-number-unwritable') : result;
};

const colourFor = (lot: StoredLot, source: ExportSource, scheme: ColourScheme): Result<string | null> => {
  if (lot.itemType !== 'P' || lot.colourId === ANY_COLOUR) return { value: null };
  if (source.scheme === scheme && lot.colour !== null && COLOUR_ID.test(lot.colour)) return { value: lot.colour };
  if (lot.colourId === null) return leaveOut('colour-unknown');
  const id = colourIdIn(scheme, lot.colourId);
  return id === undefined ? leaveOut('colour-not-at-target') : { value: String(id) };
};

const elementFor = (lot: StoredLot, source: ExportSource): Result<string> => {
  if (namesElements(source))
    return ELEMENT_ID.test(lot.partNumber) ? { value: lot.partNumber } : leaveOut('part-number-unwritable');
  if (lot.part === null) return leaveOut('part-unknown');
  if (lot.colourId === null) return leaveOut('colour-unknown');
  if (lot.colourId === ANY_COLOUR) return leaveOut('colour-any');
  const [newest, ...others] = lot.elementIds;
  if (newest === undefined) return leaveOut('element-missing');
  return { value: newest, loss: others.length > 0 ? 'element-chosen' : undefined };
};

type Ids = { readonly number: string; readonly colour: string | null };

const idsFor = (lot: StoredLot, source: ExportSource, target: ExportTarget): Result<Ids> => {
  if (target.ids === 'element') {
    const element = elementFor(lot, source);
    return 'leftOut' in element ? element : { value: { number: element.value, colour: null }, loss: element.loss };
  }
  const number = partNumberFor(lot, source, target);
  if ('leftOut' in number) return number;
  const colour = colourFor(lot, source, target.ids);
  return 'leftOut' in colour ? colour : { value: { number: number.value, colour: colour.value }, loss: number.loss };
};

/** Rebrickable's colour that stands for an unknown one. */
const UNKNOWN_COLOUR = -1;

/** A complete target has the written ids beside the catalogue's. */
const catalogueIds = ({ part, partNumber, colourId }: StoredLot): Ids => ({
  number: part ?? partNumber,
  colour: String(colourId ?? UNKNOWN_COLOUR),
});

const reasonToLeaveOut = (lot: StoredLot, target: ExportTarget): ExportLossCode | undefined => {
  if (lot.itemType !== 'P' && !target.hasOtherItems) return 'not-a-part';
  if (lot.problem !== null && lot.problem !== 'not-a-part') return 'lot-has-problem';
  return target.roles.includes(lot.role) ? undefined : 'role-not-supported';
};

const complete = (lot: StoredLot): ExportedLot => {
  const ids = catalogueIds(lot);
  const isEscaped = [ids.number, lot.partNumber, lot.colour, lot.quantityText].some(isFormula);
  const losses: readonly ExportLossCode[] = isEscaped ? ['text-escaped'] : [];
  return { lot, ...ids, lineCount: 1, quantityPerLineMax: Infinity, losses };
};

/** The lot in the numbers of the target, or why it is left out. */
export const exportLot = (
  lot: StoredLot,
  source: ExportSource,
  target: ExportTarget,
): ExportedLot | { readonly leftOut: ExportLossCode } => {
  if (target.isComplete) return complete(lot);
  const reason = reasonToLeaveOut(lot, target);
  if (reason !== undefined) return leaveOut(reason);
  const ids = idsFor(lot, sourceFor(lot, source), target);
  if ('leftOut' in ids) return ids;
  const quantityPerLineMax = target.isLinePerPiece ? 1 : (target.quantityPerLotMax ?? Infinity);
  const lineCount = Math.max(1, Math.ceil((lot.quantity ?? 0) / quantityPerLineMax));
  const divisionLosses: readonly ExportLossCode[] = lineCount > 1 && !target.isLinePerPiece ? ['quantity-divided'] : [];
  const losses = [...(ids.loss === undefined ? [] : [ids.loss]), ...divisionLosses];
  return { lot, ...ids.value, lineCount, quantityPerLineMax, losses };
};

/** The lines of a lot: one, unless the target takes fewer pieces a line. */
export function* linesOf({ lot, number, colour, lineCount, quantityPerLineMax }: ExportedLot): Generator<ExportLine> {
  let rest = lot.quantity ?? 0;
  for (let line = 0; line < lineCount; line += 1) {
    const quantity = Math.min(rest, quantityPerLineMax);
    rest -= quantity;
    yield { lot, number, colour, quantity };
  }
}
