import type { Rejection } from '@lego-moc/kernel/decider';
import type { ColourScheme } from '../../domain/colour-scheme.ts';

/** A row of a table of part numbers: a number of `scheme` that stands for a part of the catalogue. */
export type CrossWalkRow = {
  readonly line: number;
  /** The column of the catalogue's number, from 1. */
  readonly partColumn: number;
  readonly scheme: ColourScheme;
  /** The number as it was written, and as `partKey` has it. */
  readonly number: string;
  readonly key: string;
  readonly partNumber: string;
  readonly provenance: string;
};

/** A row that is not imported: where, and what to write there. */
export type CrossWalkFault = { readonly line: number; readonly column: number; readonly detail: string };

export type CrossWalkFile = { readonly rows: readonly CrossWalkRow[]; readonly faults: readonly CrossWalkFault[] };

/** Reads a table of part numbers; refuses a file that is none. */
export type ReadCrossWalk = (text: string) => CrossWalkFile | Rejection<'cross-walk-unreadable'>;

/** What is stored of a number already. */
export type StoredNumber = Pick<CrossWalkRow, 'scheme' | 'key' | 'partNumber' | 'provenance'>;

export interface CrossWalkStore {
  /**
   * Runs `work` alone among all imports, and all or nothing of it: what it added is there when the promise resolves, and
   * the next sweep checks the unknown lots by it.
   */
  transaction<Result>(work: (step: CrossWalkStep) => Promise<Result>): Promise<Result>;
}

/** One import. Arguments have at most some thousands of rows. */
export interface CrossWalkStep {
  stored(rows: readonly CrossWalkRow[]): Promise<readonly StoredNumber[]>;
  /** How many of the rows lead to parts that the newest release does not have. */
  countMissing(rows: readonly CrossWalkRow[]): Promise<number>;
  /** Adds rows, replacing what is stored of their numbers. */
  add(rows: readonly CrossWalkRow[]): Promise<void>;
}
