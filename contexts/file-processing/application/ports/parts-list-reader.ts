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

export type ReadingOptions = {
  /** What the columns mean when the list is a table; other formats do without. */
  readonly mapping?: ColumnMapping | undefined;
  /** Reading ends with the reason of this signal when it is aborted. */
  readonly signal?: AbortSignal | undefined;
};

/**
 * Reads a parts list of any supported format as its bytes arrive, holding no more than a portion of it. Throws
 * `ColumnsUnknown` when it is a table that needs a mapping, and `UnreadableFile`, possibly after some portions, when it
 * is no list; errors of the byte source pass through.
 */
export type ReadPartsList = (bytes: AsyncIterable<Uint8Array>, options?: ReadingOptions) => AsyncIterable<Portion>;

/** A position in a file: line and column count from 1; `field` is a tag or a column by its name. */
export type Position = {
  readonly line: number;
  readonly column?: number | undefined;
  readonly field?: string | undefined;
};

type Place = { readonly [Key in keyof Position]?: Position[Key] | undefined };

/** The file cannot be read as it is; the message tells its sender why and what to change. */
export class UnreadableFile extends Error {
  readonly failure: Failure;

  constructor(code: FailureCode, detail: string, { line, column, field }: Place = {}) {
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

  constructor(detail: string, position: Place, sample: TableSample) {
    super('columns-unknown', detail, position);
    this.sample = sample;
  }
}

/** The reader of a file ended before the file did: it crashed, was killed, or met with a bug. */
export class ReaderLost extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'ReaderLost';
  }
}
