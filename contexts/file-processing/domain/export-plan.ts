import type { ExportLossCode, ExportedLot, StoredLot } from './export-lot.ts';
import type { ExportTarget } from './export-target.ts';
import { SHOWN_MAX } from './findings.ts';

/** A larger file is of no use to any program that is exported for; bounds the time that an export takes. */
export const LINES_MAX = 200_000;

export type LossyLot = Pick<StoredLot, 'line' | 'lot' | 'partNumber' | 'colour'>;

export type ExportLoss = {
  readonly code: ExportLossCode;
  readonly leftOut: boolean;
  readonly count: number;
  readonly first: readonly LossyLot[];
};

/** The counts of an export: what is in its files, and what is not or differs. Pieces are those without a problem. */
export type ExportPlan = {
  readonly lots: number;
  readonly pieces: number;
  readonly lotsLeftOut: number;
  readonly piecesLeftOut: number;
  readonly lines: number;
  readonly losses: readonly ExportLoss[];
};

export const emptyPlan: ExportPlan = { lots: 0, pieces: 0, lotsLeftOut: 0, piecesLeftOut: 0, lines: 0, losses: [] };

const asLossy = ({ line, lot, partNumber, colour }: StoredLot): LossyLot => ({
  ...{ line, lot },
  partNumber: partNumber.slice(0, 80),
  colour: colour?.slice(0, 80) ?? null,
});

const addLoss = (
  losses: readonly ExportLoss[],
  code: ExportLossCode,
  leftOut: boolean,
  lot: StoredLot,
): readonly ExportLoss[] => {
  const previousLoss = losses.find((loss) => loss.code === code);
  if (previousLoss === undefined) return [...losses, { code, leftOut, count: 1, first: [asLossy(lot)] }];
  const first = previousLoss.first.length < SHOWN_MAX ? [...previousLoss.first, asLossy(lot)] : previousLoss.first;
  return losses.map((loss) =>
    loss === previousLoss ? { ...previousLoss, count: previousLoss.count + 1, first } : loss,
  );
};

/** Adds the next lot of the list. */
export const planLot = (
  plan: ExportPlan,
  lot: StoredLot,
  result: ExportedLot | { readonly leftOut: ExportLossCode },
): ExportPlan => {
  const pieces = lot.problem === null ? (lot.quantity ?? 0) : 0;
  if ('leftOut' in result)
    return {
      ...plan,
      lotsLeftOut: plan.lotsLeftOut + 1,
      piecesLeftOut: plan.piecesLeftOut + pieces,
      losses: addLoss(plan.losses, result.leftOut, true, lot),
    };
  return {
    ...plan,
    lots: plan.lots + 1,
    pieces: plan.pieces + pieces,
    lines: plan.lines + result.lineCount,
    losses: result.losses.reduce((losses, code) => addLoss(losses, code, false, lot), plan.losses),
  };
};

/** How many files the lines take. */
export const filesFor = ({ lines }: ExportPlan, { lotsPerFileMax }: ExportTarget): number =>
  lotsPerFileMax === null ? Math.min(lines, 1) : Math.ceil(lines / lotsPerFileMax);

/** What a loss means, for a person. */
export const LOSS_DETAILS: { readonly [Code in ExportLossCode]: string } = {
  'colour-any': 'The lot leaves the colour open, and an element has a colour.',
  'colour-not-at-target': 'The target does not have this colour.',
  'colour-unknown': 'The catalogue does not have the colour that is written, so it cannot be translated.',
  'element-chosen': 'The part has several element ids in this colour; the newest was taken.',
  'element-missing': 'The catalogue has no element id for the part in this colour.',
  'lot-has-problem': 'The lot has a problem and is not counted.',
  'not-a-part': 'The target takes parts only, and this is a set, a minifig or another item.',
  'part-custom': 'The part is a custom one of yours, which the target may not know under this number.',
  'part-number-chosen': 'The cross-walk knows several numbers of the target for the part; the shortest was taken.',
  'part-number-not-translated': 'The part number is written as it is and may be another one at the target.',
  'part-number-unwritable': 'The part number has characters that the target cannot take.',
  'part-unknown': 'The catalogue does not have the part.',
  'quantity-divided': 'The quantity is more than the target takes in a line, so it is divided over several.',
  'role-not-supported': 'The target cannot tell extra, alternate or counterpart lots from needed ones.',
  'text-escaped': 'A spreadsheet would run a cell as a formula; in a CSV it begins with an apostrophe.',
};
