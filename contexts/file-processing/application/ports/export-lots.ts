import type { UserId } from '@lego-moc/kernel/message';
import type { StoredLot } from '../../domain/export-lot.ts';

/** The attempt that completed a job, and whose list it is; no owner when nobody's table of part numbers is to be used. */
export type StoredList = { readonly jobId: string; readonly attemptId: string; readonly owner: UserId | undefined };

/** The lots of a list in the order of the file, by page; all pages by one release. */
export type ExportLots = (list: StoredList) => AsyncIterable<readonly StoredLot[]>;
