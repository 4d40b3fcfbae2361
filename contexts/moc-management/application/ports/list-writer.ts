import type { Readable } from 'node:stream';
import type { Cause } from '@lego-moc/application/event-streams';
import type { ExportReport } from '@lego-moc/file-processing/contracts/export-api';
import type { NeededLot } from '../../domain/needed-lots.ts';

export type ExportTarget = ExportReport['target'];
export type WrittenList = { readonly headers: Readonly<Record<string, string>>; readonly content: Readable };

/** Writes lots as files for other programs. */
export interface ListWriter {
  /** A file named `name`, with the ending of the target; `nothing-to-export` when that can take none of the lots. */
  write(
    name: string,
    lots: readonly NeededLot[],
    target: ExportTarget,
    cause: Cause,
  ): Promise<WrittenList | 'nothing-to-export'>;
}
