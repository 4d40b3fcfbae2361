import type { Instant } from '@lego-moc/kernel/message';
import { isUnknownColour, isUnknownPart, type CheckedLot, type Format } from './catalogue.ts';
import type { Composition } from './composition.ts';
import type { ColumnMapping } from './column-mapping.ts';
import type { SchemeDecision } from './colour-scheme.ts';
import type { CountedItem } from './item-types.ts';
import { countedItems, extraPieces, neededPieces, type LotProblem, type LotRepairCode } from './lot.ts';

/** How a file's characters were stored, as its bytes show. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export type RepairCode =
  | LotRepairCode
  | 'ampersand-escaped'
  | 'encoding-assumed'
  | 'colour-ambiguous'
  | 'tag-escaped'
  | 'control-character-removed'
  | 'end-of-file-mark-removed'
  | 'stray-text-skipped'
  | 'declaration-misplaced'
  | 'list-appended'
  | 'separator-line-skipped'
  | 'total-skipped'
  | 'total-differs';

/** Something was changed or assumed at this line to read the file. */
export type RepairNote = { readonly code: RepairCode; readonly line: number };

/** The number of all items, and the first of them. */
export type Tally<Item> = { readonly count: number; readonly first: readonly Item[] };

export type UnknownLot = {
  readonly line: number;
  readonly lot: number;
  readonly partNumber: string;
  readonly colour: string | null;
  readonly quantity: number | null;
  /** The kind of number that the part number looks like. */
  readonly hint?: string | undefined;
};
export type ProblemLot = LotProblem & { readonly line: number; readonly lot: number };
export type Repair = { readonly code: RepairCode; readonly count: number; readonly line: number };

/** The findings in the lots themselves. */
export type LotFindings = {
  readonly lots: number;
  /** Pieces that the model needs. */
  readonly pieces: number;
  /** Spares and extras, on top of those. */
  readonly piecesExtra: number;
  /** Sets, and minifigs, that the file names as such; absent where there are none. */
  readonly sets?: number | undefined;
  readonly minifigs?: number | undefined;
  readonly unknownParts: Tally<UnknownLot>;
  readonly unknownColours: Tally<UnknownLot>;
  readonly problems: Tally<ProblemLot>;
  readonly repairs: readonly Repair[];
};

/** What a list adds up to, without what was done to read it. */
export type ListTotals = Omit<LotFindings, 'repairs'>;

export const listTotals = (findings: LotFindings): ListTotals => {
  const { lots, pieces, piecesExtra, sets, minifigs, unknownParts, unknownColours, problems } = findings;
  return {
    ...{ lots, pieces, piecesExtra, unknownParts, unknownColours, problems },
    ...(sets === undefined ? {} : { sets }),
    ...(minifigs === undefined ? {} : { minifigs }),
  };
};

/** What the columns of a table meant, as its owner decided for it or for an earlier one of its kind. */
export type UsedColumns = { readonly mapping: ColumnMapping; readonly reason: 'user' | 'remembered' };

/** Lots became known by a later release of the catalogue. */
export type Resolution = {
  readonly catalogueRelease: string;
  /** How many lots have a known part, or a known colour, since this release. */
  readonly parts: number;
  readonly colours: number;
  readonly resolvedAt: Instant;
};

/** A set or minifig whose parts the catalogue does not name; `lot` is the lot that counts it. */
export type UnopenedSet = {
  readonly lot: number;
  readonly line: number;
  readonly kind: 'set' | 'minifig';
  readonly number: string;
  readonly quantity: number;
};

/** Sets and minifigs of the list were opened into parts by the inventories of a release. */
export type Opening = {
  readonly catalogueRelease: string;
  /** How many sets and minifigs of the list were opened, and the lots and pieces that were in them. */
  readonly sets: number;
  readonly minifigs: number;
  readonly lots: number;
  readonly pieces: number;
  readonly piecesExtra: number;
  /** Sets and minifigs without an inventory, of the list and of the sets that were opened. */
  readonly unopened: Tally<UnopenedSet>;
  readonly openedAt: Instant;
};

/** The result of reading a file. */
export type Findings = LotFindings & {
  readonly format: Format;
  readonly encoding: Encoding;
  /** The colour scheme of the file, and the evidence that decided it; absent in results of older releases. */
  readonly colourScheme?: SchemeDecision | undefined;
  /** Absent unless somebody had to decide it. */
  readonly columns?: UsedColumns | undefined;
  /** Colours and parts of the needed pieces; absent in results of older releases. */
  readonly composition?: Composition | undefined;
  /** SHA-256 of the file in hex; absent in results of older releases. */
  readonly contentHash?: string | undefined;
  /** The release of the catalogue that the lots were checked against when they were read. */
  readonly catalogueRelease: string;
  /** How often the result changed after the file was read; absent when never. Of two results the one with more is newer. */
  readonly changes?: number | undefined;
  /** The latest time that a later release knew more; absent if none has. */
  readonly resolution?: Resolution | undefined;
  /** The latest time that sets were opened; absent if none were. */
  readonly opening?: Opening | undefined;
};

/** The number that a person can review; the lots themselves are read by page. Keeps an event within some 40 kB. */
export const SHOWN_MAX = 100;

export const emptyTally = { count: 0, first: [] };

export const emptyFindings: LotFindings = {
  lots: 0,
  pieces: 0,
  piecesExtra: 0,
  unknownParts: emptyTally,
  unknownColours: emptyTally,
  problems: emptyTally,
  repairs: [],
};

/** Adds to a count, and to the first items as long as they can be reviewed. */
export const tally = <Item>({ count, first }: Tally<Item>, items: readonly Item[]): Tally<Item> => ({
  count: count + items.length,
  first: first.length < SHOWN_MAX ? [...first, ...items].slice(0, SHOWN_MAX) : first,
});

const asUnknown = ({ line, lot, partNumber, colour, quantity, hint }: CheckedLot): UnknownLot => ({
  line,
  lot,
  partNumber: partNumber.slice(0, 80),
  colour: colour?.slice(0, 80) ?? null,
  quantity,
  ...(hint === null ? {} : { hint }),
});

const problemsIn = ({ line, lot, problem }: CheckedLot): readonly ProblemLot[] =>
  problem === null ? [] : [{ line, lot, ...problem }];

const lotRepairs = (lots: readonly CheckedLot[]): readonly RepairNote[] =>
  lots.flatMap(({ line, repairs, colourAmbiguous }): RepairNote[] => [
    ...repairs.map((code) => ({ code, line })),
    ...(colourAmbiguous ? [{ code: 'colour-ambiguous', line } as const] : []),
  ]);

const addRepair = (repairs: readonly Repair[], { code, line }: RepairNote): readonly Repair[] =>
  repairs.some((repair) => repair.code === code)
    ? repairs.map((repair) => (repair.code === code ? { ...repair, count: repair.count + 1 } : repair))
    : [...repairs, { code, count: 1, line }];

const addItems = (
  findings: LotFindings,
  lots: readonly CheckedLot[],
  item: CountedItem,
): { readonly [Item in CountedItem]?: number } => {
  const count = lots.reduce((sum, lot) => sum + countedItems(lot, item), findings[item] ?? 0);
  return count === 0 ? {} : { [item]: count };
};

/** Adds the next lots of the file, and the repairs that the reader made to get at them. */
export const addFindings = (
  findings: LotFindings,
  lots: readonly CheckedLot[],
  repairs: readonly RepairNote[],
): LotFindings => ({
  lots: findings.lots + lots.length,
  pieces: lots.reduce((sum, lot) => sum + neededPieces(lot), findings.pieces),
  piecesExtra: lots.reduce((sum, lot) => sum + extraPieces(lot), findings.piecesExtra),
  ...addItems(findings, lots, 'sets'),
  ...addItems(findings, lots, 'minifigs'),
  unknownParts: tally(findings.unknownParts, lots.filter(isUnknownPart).map(asUnknown)),
  unknownColours: tally(findings.unknownColours, lots.filter(isUnknownColour).map(asUnknown)),
  problems: tally(findings.problems, lots.flatMap(problemsIn)),
  repairs: [...repairs, ...lotRepairs(lots)].reduce(addRepair, findings.repairs),
});
