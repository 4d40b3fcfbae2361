import type { FileLine } from '../../domain/ledger/ledger-lines.ts';

/** Why a file is no ledger at all. `columns` names those that are missing. */
export type LedgerFault = {
  readonly fault: 'not-utf-8' | 'csv-malformed' | 'columns-missing' | 'no-lines' | 'too-many-lines';
  readonly because: string;
};

/** Reads ledgers from files. */
export interface LedgerFiles {
  /** The lines by day, and of one day in the order of the file; those that cannot be read are among them. */
  read(file: Uint8Array): Promise<readonly FileLine[] | LedgerFault>;
}
