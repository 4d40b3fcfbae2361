import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { partKey } from '../domain/catalogue.ts';
import { SHOWN_MAX } from '../domain/findings.ts';
import { linkKey } from '../domain/part-links.ts';
import type { CrossWalkFault, CrossWalkRow, CrossWalkStep, CrossWalkStore, ReadCrossWalk } from './ports/cross-walk.ts';

export type CrossWalkResult = {
  readonly added: number;
  readonly replaced: number;
  readonly unchanged: number;
  /** Of the rows added or replaced: those whose part the newest release does not have. */
  readonly missing: number;
  readonly refused: { readonly count: number; readonly first: readonly CrossWalkFault[] };
};

/** `dryRun` counts and stores nothing; `replace` lets the file win over what earlier files said. */
export type CrossWalkOptions = { readonly dryRun: boolean; readonly replace: boolean };

const BATCH_ROWS = 5_000;

type BatchResult = {
  readonly added: readonly CrossWalkRow[];
  readonly replaced: readonly CrossWalkRow[];
  readonly unchanged: number;
  readonly faults: readonly CrossWalkFault[];
};

const isSamePart = (row: { readonly partNumber: string }, other: { readonly partNumber: string }): boolean =>
  partKey(row.partNumber) === partKey(other.partNumber);

/** Compares rows with what earlier imports stored of the same numbers. */
const compareBatch = async (
  step: CrossWalkStep,
  batch: readonly CrossWalkRow[],
  replace: boolean,
): Promise<BatchResult> => {
  const storedNumbers = new Map(
    (await step.stored(batch)).map((number) => [linkKey(number.scheme, number.key), number] as const),
  );
  const storedOf = ({ scheme, key }: CrossWalkRow) => storedNumbers.get(linkKey(scheme, key));
  const newRows = batch.filter((row) => storedOf(row) === undefined);
  const conflicts = batch.flatMap((row) => {
    const number = storedOf(row);
    return number === undefined || isSamePart(number, row) ? [] : [{ row, number }];
  });
  const unchangedCount = batch.length - newRows.length - conflicts.length;
  if (replace)
    return { added: newRows, replaced: conflicts.map(({ row }) => row), unchanged: unchangedCount, faults: [] };
  const faults = conflicts.map(({ row, number }) => ({
    ...{ line: row.line, column: row.partColumn },
    detail: `An earlier import says ${number.partNumber} (${number.provenance}); correct the row, or import with --replace.`,
  }));
  return { added: newRows, replaced: [], unchanged: unchangedCount, faults };
};

/**
 * Imports a table of part numbers, all of its valid rows or none. A row that contradicts an earlier row, or an earlier
 * import, is refused with its place; the same file once more changes nothing.
 */
export const importCrossWalk = async (
  text: string,
  { dryRun, replace }: CrossWalkOptions,
  { read, store }: { readonly read: ReadCrossWalk; readonly store: CrossWalkStore },
): Promise<CrossWalkResult | Rejection<'cross-walk-unreadable'>> => {
  const file = read(text);
  if (isRejection(file)) return file;
  return store.transaction(async (step) => {
    const sum = { added: 0, replaced: 0, unchanged: 0, missing: 0 };
    const faults = [...file.faults];
    for (let at = 0; at < file.rows.length; at += BATCH_ROWS) {
      const batch = await compareBatch(step, file.rows.slice(at, at + BATCH_ROWS), replace);
      const changes = [...batch.added, ...batch.replaced];
      sum.added += batch.added.length;
      sum.replaced += batch.replaced.length;
      sum.unchanged += batch.unchanged;
      sum.missing += changes.length === 0 ? 0 : await step.countMissing(changes);
      for (const fault of batch.faults) faults.push(fault);
      if (!dryRun && changes.length > 0) await step.add(changes);
    }
    const first = faults.sort((fault, other) => fault.line - other.line).slice(0, SHOWN_MAX);
    return { ...sum, refused: { count: faults.length, first } };
  });
};
