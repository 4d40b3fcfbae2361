import { reject } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { ListedLot } from '../contracts/list-api.ts';
import type { StoredLot } from '../domain/export-lot.ts';
import { emptyFindings } from '../domain/findings.ts';
import { withOwnNumbers } from './own-numbers.ts';
import { planExport, type ReadList } from './plan-export.ts';
import type { ExportLots } from './ports/export-lots.ts';
import type { ListWriters, PackFiles } from './ports/list-writer.ts';
import type { OwnPartsOf } from './ports/own-parts.ts';
import { writeExport } from './write-export.ts';

export type ListedLists = {
  /** The lots as the newest release of the catalogue has them. */
  readonly resolve: (lots: readonly ListedLot[]) => Promise<readonly StoredLot[]>;
  readonly ownPartsOf: OwnPartsOf;
  readonly writers: ListWriters;
  readonly pack: PackFiles;
};

/** Stands for the uploaded file, which such a list does not have. */
const NO_FILE = { open: () => Promise.resolve(reject('file-not-found', 'The list was not uploaded as a file.')) };

/** Lots in the numbers of the catalogue as a list that was read, and what exports and estimates read of it. */
export const listOf = (
  fileName: string,
  owner: UserId | undefined,
  lots: readonly StoredLot[],
): { list: ReadList; lots: ExportLots } => ({
  list: {
    ...{ jobId: '', attemptId: '', owner, fileId: '', fileName },
    findings: {
      ...{ ...emptyFindings, lots: lots.length, format: 'rebrickable-csv', encoding: 'utf-8', catalogueRelease: '' },
      colourScheme: { scheme: 'rebrickable', reason: 'format' },
    },
  },
  lots: async function* () {
    yield await Promise.resolve(lots);
  },
});

/** Plans and writes lists that no file was uploaded for; the numbers of `owner` are used as for lists of files. */
export const exportListed = ({ resolve, ownPartsOf, writers, pack }: ListedLists) => {
  return async (fileName: string, owner: UserId | undefined, listedLots: readonly ListedLot[]) => {
    const { list, lots: listLots } = listOf(fileName, owner, await resolve(listedLots));
    const lots = withOwnNumbers(listLots, ownPartsOf);
    const plan = planExport({ lots, files: NO_FILE, isOwnFile: () => false });
    return { list, lots, plan, write: writeExport({ plan, lots, writers, pack }) };
  };
};
