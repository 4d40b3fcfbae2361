import { msBetween } from '@lego-moc/kernel/instant';
import type { Message } from '@lego-moc/kernel/message';
import type { Process } from '@lego-moc/kernel/process';
import type { ImportEvent } from './import-events.ts';
import { importDecider, type KnownImport, type StockImport } from './stock-import.ts';

/** Puts the next page of the job's lots into the place. */
export type ImportPage = Message<'ImportPage', KnownImport>;
/** Reverses all entries of the import. */
export type ReverseImport = Message<'ReverseImport', KnownImport>;
export type ImportStep = ImportPage | ReverseImport;

/** How long an import waits for file processing before it stops. */
export const IMPORT_SILENCE_MAX_MS = 3_600_000;

/** Brings the lots of a job into the stock page by page, and takes them out again when its owner wants that. */
export const stockImport: Process<ImportEvent, StockImport, ImportStep> = {
  name: 'stockImport',
  initial: importDecider.initial,
  evolve: importDecider.evolve,
  due: (state) => {
    if (state.status === 'running') return [{ type: 'ImportPage', data: state }];
    return state.status === 'undoing' ? [{ type: 'ReverseImport', data: state }] : [];
  },
  overdue: (state, lastMovedAt, now) => {
    if (state.status !== 'running' || msBetween(lastMovedAt, now) <= IMPORT_SILENCE_MAX_MS) return [];
    const { importId, owner } = state;
    return [{ type: 'ImportStopped', data: { importId, owner, reason: 'overdue', at: now } }];
  },
};
