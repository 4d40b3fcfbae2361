import { isUnknownColour, isUnknownPart, type CheckedLot, type Format } from './catalogue.ts';
import { piecesOf, type LotProblemCode } from './lot.ts';

/** How a file's characters were stored, as found in its bytes. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

export type RepairCode = 'ampersand-escaped' | 'encoding-assumed' | 'quantity-assumed' | 'colour-ambiguous';

/** Something was mended or assumed at this line to read the file. */
export type RepairNote = { readonly code: RepairCode; readonly line: number };

/** All of its kind are counted, the first are kept. */
export type Tally<Item> = { readonly count: number; readonly first: readonly Item[] };

export type UnknownLot = {
  readonly line: number;
  readonly lot: number;
  readonly partNumber: string;
  readonly colour: string | null;
  readonly quantity: number | null;
};
export type ProblemLot = {
  readonly line: number;
  readonly lot: number;
  readonly code: LotProblemCode;
  readonly detail: string;
};
export type Repair = { readonly code: RepairCode; readonly count: number; readonly line: number };

/** What is found in the lots themselves. */
export type LotFindings = {
  readonly lots: number;
  readonly pieces: number;
  readonly unknownParts: Tally<UnknownLot>;
  readonly unknownColours: Tally<UnknownLot>;
  readonly problems: Tally<ProblemLot>;
  readonly repairs: readonly Repair[];
};

/** What reading a file came to. */
export type Findings = LotFindings & {
  readonly format: Format;
  readonly encoding: Encoding;
  /** The release of the catalogue that the lots were checked against. */
  readonly catalogueRelease: string;
};

/** As many as a person looks at; the lots themselves are asked for by page. Keeps an event within some 40 kB. */
export const SHOWN_MAX = 100;

const nothing = { count: 0, first: [] };

export const emptyFindings: LotFindings = {
  lots: 0,
  pieces: 0,
  unknownParts: nothing,
  unknownColours: nothing,
  problems: nothing,
  repairs: [],
};

const tally = <Item>({ count, first }: Tally<Item>, items: readonly Item[]): Tally<Item> => ({
  count: count + items.length,
  first: first.length < SHOWN_MAX ? [...first, ...items].slice(0, SHOWN_MAX) : first,
});

const asUnknown = ({ line, lot, partNumber, colour, quantity }: CheckedLot): UnknownLot => ({
  line,
  lot,
  partNumber: partNumber.slice(0, 80),
  colour: colour?.slice(0, 80) ?? null,
  quantity,
});

const problemsIn = ({ line, lot, problem }: CheckedLot): readonly ProblemLot[] =>
  problem === null ? [] : [{ line, lot, ...problem }];

const assumedIn = (lots: readonly CheckedLot[]): readonly RepairNote[] =>
  lots.flatMap(({ line, quantityAssumed, colourAmbiguous }): RepairNote[] => [
    ...(quantityAssumed ? [{ code: 'quantity-assumed', line } as const] : []),
    ...(colourAmbiguous ? [{ code: 'colour-ambiguous', line } as const] : []),
  ]);

const addRepair = (repairs: readonly Repair[], { code, line }: RepairNote): readonly Repair[] =>
  repairs.some((repair) => repair.code === code)
    ? repairs.map((repair) => (repair.code === code ? { ...repair, count: repair.count + 1 } : repair))
    : [...repairs, { code, count: 1, line }];

/** Adds the next lots of the file, and what was mended to get at them. */
export const addFindings = (
  found: LotFindings,
  lots: readonly CheckedLot[],
  mended: readonly RepairNote[],
): LotFindings => ({
  lots: found.lots + lots.length,
  pieces: lots.reduce((pieces, lot) => pieces + piecesOf(lot), found.pieces),
  unknownParts: tally(found.unknownParts, lots.filter(isUnknownPart).map(asUnknown)),
  unknownColours: tally(found.unknownColours, lots.filter(isUnknownColour).map(asUnknown)),
  problems: tally(found.problems, lots.flatMap(problemsIn)),
  repairs: [...mended, ...assumedIn(lots)].reduce(addRepair, found.repairs),
});
