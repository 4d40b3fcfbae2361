import type { StoredLot } from '../../domain/export-lot.ts';

/** The lots of the attempt that completed a job, in the order of the file, by page; all pages by one release. */
export type ExportLots = (jobId: string, attemptId: string) => AsyncIterable<readonly StoredLot[]>;
