import type { Format } from '../../domain/catalogue.ts';
import type { Failure, FailureCode } from '../../domain/file-job-events.ts';
import type { Encoding, RepairNote } from '../../domain/findings.ts';
import type { RawLot } from '../../domain/lot.ts';

/** The next lots of a file, in order. Format and encoding are what is known by then; the last portion has them right. */
export type Portion = {
  readonly format: Format;
  readonly encoding: Encoding;
  readonly lots: readonly RawLot[];
  readonly repairs: readonly RepairNote[];
};

/**
 * Reads a parts list of any known format as its bytes arrive, holding no more than a portion of it. Throws
 * `UnreadableFile`, possibly after some portions, when it is none; what the byte source throws passes through.
 */
export type ReadPartsList = (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Portion>;

/** The file cannot be read as it is, and the person who sent it can tell why. */
export class UnreadableFile extends Error {
  readonly failure: Failure;

  constructor(code: FailureCode, detail: string, line?: number) {
    super(detail);
    this.name = 'UnreadableFile';
    this.failure = { code, detail, ...(line === undefined ? {} : { line }) };
  }
}
