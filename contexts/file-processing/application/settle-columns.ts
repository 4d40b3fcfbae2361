import type { UserId } from '@lego-moc/kernel/message';
import { guessColumns, type ColumnGuess } from '../domain/column-guess.ts';
import {
  columnCount,
  fitsTable,
  hasHeader,
  tableKind,
  type ColumnMapping,
  type TableSample,
} from '../domain/column-mapping.ts';
import type { OpenQuestion } from '../domain/file-job-events.ts';
import type { UsedColumns } from '../domain/findings.ts';
import type { Catalogue } from './ports/catalogue.ts';
import type { KindMemory } from './ports/kind-memory.ts';
import type { ColumnsUnknown } from './ports/parts-list-reader.ts';

type Needs = { readonly catalogue: Catalogue; readonly kinds: Pick<KindMemory, 'recall'> };

/** Whether a mapping of an earlier table of the kind holds for this one. */
const isFor = (mapping: ColumnMapping, sample: TableSample, guess: ColumnGuess | undefined): boolean => {
  const { part, element } = guess?.mapping ?? {};
  const isSameList = hasHeader(sample) || (mapping.part === part && mapping.element === element);
  return isSameList && fitsTable(mapping, columnCount(sample));
};

/**
 * What the columns of a table mean: as the user decided for an earlier table of the kind, else a question with a
 * guess. Tables without a header are of one kind by the number of their columns only, so that a decision about an
 * earlier one holds as long as the guess finds the parts in the same column. Throws `ColumnsUnknown` when no column
 * has numbers of parts.
 */
export const settleColumnsBy =
  ({ catalogue, kinds }: Needs) =>
  async (owner: UserId, unknown: ColumnsUnknown): Promise<UsedColumns | { readonly question: OpenQuestion }> => {
    const { sample } = unknown;
    const [first = []] = sample;
    const kind = tableKind(first);
    const { columns: mapping } = await kinds.recall(owner, kind);
    const cells = [...new Set(sample.flat())].filter((cell) => cell !== '');
    const guess = guessColumns(sample, await catalogue.lookUp(await catalogue.newestRelease(), cells));
    if (mapping !== undefined && isFor(mapping, sample, guess)) return { mapping, reason: 'remembered' };
    if (guess === undefined) throw unknown;
    const header = guess.mapping.hasHeader ? first : [];
    const columns = { columns: columnCount(sample), header, guess: guess.mapping, reasons: guess.reasons };
    return { question: { readings: [], columns, kind } };
  };
