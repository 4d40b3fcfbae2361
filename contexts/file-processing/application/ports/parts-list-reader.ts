import type { Format } from '../../domain/catalogue.ts';
import type { ColumnMapping, TableSample } from '../../domain/column-mapping.ts';
import type { ColourScheme } from '../../domain/colour-scheme.ts';
import type { Failure, FailureCode } from '../../domain/file-job-events.ts';
import type { Encoding, RepairNote } from '../../domain/findings.ts';
import type { RawLot } from '../../domain/lot.ts';

/** The next lots of a file, in order. Encoding is a guess that only the last portion confirms. */
export type Portion = {
  readonly format: Format;
  /** Whose colour ids the format implies; `undefined` when it implies neither. */
  readonly expectedScheme: ColourScheme | undefined;
  readonly encoding: Encoding;
  /** The kind of table that decisions are remembered for; other files are of the kind of their format. */
  readonly kind?: string | undefined;
  readonly lots: readonly RawLot[];
  readonly repairs: readonly RepairNote[];
};

/**
 * Reads a parts list of any supported format as its bytes arrive, holding no more than a portion of it. `mapping` says
 * what the columns mean when the list is a table; other formats do without. Throws `ColumnsUnknown` when it is a table
 * that needs a mapping, and `UnreadableFile`, possibly after some portions, when it is no list; errors of the byte
 * source pass through.
 */
export type ReadPartsList = (bytes: AsyncIterable<Uint8Array>, mapping?: ColumnMapping) => AsyncIterable<Portion>;

/** A position in a file: line and column count from 1; `field` is a tag or a column by its name. */
export type Position = {
  readonly line: number;
  readonly column?: number | undefined;
  readonly field?: string | undefined;
};

/** The file cannot be read as it is; the message tells its sender why and what to change. */
export class UnreadableFile extends Error {
  readonly failure: Failure;

  constructor(code: FailureCode, detail: string, { line, column, field }: Partial<Position> = {}) {
    super(detail);
    this.name = 'UnreadableFile';
    this.failure = {
      ...{ code, detail },
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      ...(field === undefined ? {} : { field: field.slice(0, 80) }),
    };
  }
}

/** The file is a table, and the names of its columns do not say what they mean. */
export class ColumnsUnknown extends UnreadableFile {
  readonly sample: TableSample;

  constructor(detail: string, position: Partial<Position>, sample: TableSample) {
    super('columns-unknown', detail, position);
    this.sample = sample;
  }
}
