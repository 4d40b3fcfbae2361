import { partKey, type CatalogueExtract } from './catalogue.ts';
import { coloursNamed } from './colour-names.ts';
import { hasHeader, type ColumnField, type ColumnMapping, type TableSample } from './column-mapping.ts';

/** The kind of evidence for the meaning of a column: its name, or the content of its cells. */
export type ColumnEvidence = 'name' | 'part-numbers' | 'element-ids' | 'colours' | 'whole-numbers' | 'truth-values';

/** Why a column is taken for a field: `cells` of the `of` cells that were looked at fit, as the example does. */
export type ColumnReason = {
  readonly column: number;
  readonly field: ColumnField;
  readonly evidence: ColumnEvidence;
  readonly cells: number;
  readonly of: number;
  readonly example: string;
};

export type ColumnGuess = { readonly mapping: ColumnMapping; readonly reasons: readonly ColumnReason[] };

/** What programs and people call a column, in the languages that lists were met in. */
const HINTS: Readonly<Record<ColumnField, RegExp>> = {
  part: /part|design|mou?ld|item|brick|teil|stein|pi[eè]ce n/i,
  element: /element|sku/i,
  colour: /colou?r|farbe|couleur|kleur/i,
  colourName: /colou?r|farbe|couleur|kleur/i,
  quantity: /qty|quant|count|amount|anzahl|menge|aantal|^num|pcs|pieces|stück|needed/i,
  spare: /spare|extra/i,
};

const WHOLE = /^[1-9]\d{0,5}(?:\.0{1,4})?$/;
const TRUTH = /^(?:true|false|t|f|yes|no|y|n)$/i;
const ID = /^-?\d{1,9}$/;

type Column = { readonly index: number; readonly name: string; readonly cells: readonly string[] };
type Candidate = ColumnReason & { readonly score: number };

/** A name counts as much as half of the cells. */
const NAME_SCORE = 0.5;
const SCORE_MIN = 0.5;

const candidate = (
  { index, name, cells }: Column,
  field: ColumnField,
  evidence: ColumnEvidence,
  fits: (cell: string) => boolean,
): Candidate => {
  const fitting = cells.filter((cell) => cell !== '' && fits(cell));
  const isNamed = HINTS[field].test(name);
  const share = cells.length === 0 ? 0 : fitting.length / cells.length;
  return {
    ...{ column: index, field, cells: fitting.length, of: cells.length, example: fitting[0] ?? cells[0] ?? '' },
    evidence: isNamed && share < SCORE_MIN ? 'name' : evidence,
    score: share + (isNamed ? NAME_SCORE : 0),
  };
};

/** The best of the candidates, the first of equals; `undefined` when none is good enough. */
const best = (candidates: readonly Candidate[]): Candidate | undefined =>
  candidates.filter(({ score }) => score >= SCORE_MIN).toSorted((some, other) => other.score - some.score)[0];

const columnsIn = (sample: TableSample): readonly Column[] => {
  const names = hasHeader(sample) ? (sample[0] ?? []) : [];
  const rows = hasHeader(sample) ? sample.slice(1) : sample;
  const count = Math.max(0, ...sample.map((row) => row.length));
  return Array.from({ length: count }, (_, index) => ({
    ...{ index, name: names[index] ?? '' },
    cells: rows.map((row) => row[index] ?? ''),
  }));
};

const isColour =
  ({ colours }: CatalogueExtract) =>
  (cell: string): boolean =>
    ID.test(cell) ? colours.has(Number(cell)) : coloursNamed(cell, colours).length > 0;

/** The number of rows whose part exists in the colour of this column. */
const partColourRows = (part: Column, colour: Column, { parts, partColours }: CatalogueExtract): number =>
  part.cells.filter((cell, row) =>
    partColours.get(parts.get(partKey(cell)) ?? '')?.has(Number(colour.cells[row] ?? '')),
  ).length;

const without = (
  columns: readonly Column[],
  ...usedCandidates: readonly (Candidate | undefined)[]
): readonly Column[] =>
  columns.filter(({ index }) => !usedCandidates.some((usedCandidate) => usedCandidate?.column === index));

const guessColour = (
  columns: readonly Column[],
  part: Column | undefined,
  extract: CatalogueExtract,
): Candidate | undefined => {
  const colours = columns.map((column) => candidate(column, 'colour', 'colours', isColour(extract)));
  const numeric = columns.filter(({ cells }) => cells.some((cell) => WHOLE.test(cell)));
  // The only column of numbers is one of quantities, whatever colours have these ids, unless its name says otherwise.
  const eligible = colours.filter(
    ({ column, score }) => numeric.length > 1 || score > 1 || numeric[0]?.index !== column,
  );
  const weightedGuesses = eligible.map((guess) => {
    const column = columns.find(({ index }) => index === guess.column);
    const rows = part === undefined || column === undefined ? 0 : partColourRows(part, column, extract);
    return { ...guess, score: guess.score >= SCORE_MIN && guess.of > 0 ? guess.score + rows / guess.of : guess.score };
  });
  return best(weightedGuesses);
};

const reasonOf = ({ column, field, evidence, cells, of, example }: Candidate): ColumnReason => ({
  ...{ column, field, evidence, cells, of, example },
});

/**
 * What the columns of a table are likely to mean, by their names and by what the catalogue says of their first cells;
 * `undefined` when none of them has numbers of parts or elements.
 */
export const guessColumns = (sample: TableSample, extract: CatalogueExtract): ColumnGuess | undefined => {
  const columns = columnsIn(sample);
  const number = best(
    columns.flatMap((column) => [
      candidate(column, 'part', 'part-numbers', (cell) => extract.parts.has(partKey(cell))),
      candidate(column, 'element', 'element-ids', (cell) => extract.elements.has(cell)),
    ]),
  );
  if (number === undefined) return undefined;
  const part = columns.find(({ index }) => index === number.column);
  const colour = number.field === 'element' ? undefined : guessColour(without(columns, number), part, extract);
  const others = without(columns, number, colour);
  const quantity = best(others.map((column) => candidate(column, 'quantity', 'whole-numbers', (c) => WHOLE.test(c))));
  const spare = best(
    without(others, quantity).map((column) => candidate(column, 'spare', 'truth-values', (cell) => TRUTH.test(cell))),
  );
  const guesses = [number, colour, quantity, spare].filter((guess) => guess !== undefined);
  const fields = Object.fromEntries(guesses.map(({ field, column }) => [field, column]));
  return { mapping: { hasHeader: hasHeader(sample), ...fields }, reasons: guesses.map(reasonOf) };
};
