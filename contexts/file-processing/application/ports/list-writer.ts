import type { ExportLine } from '../../domain/export-lot.ts';
import type { ExportTargetName } from '../../domain/export-target.ts';

/** A file in the format of a target, in portions. */
export type ListWriter = {
  readonly head: string;
  /** The `index`th line of the file, from 0. */
  readonly line: (line: ExportLine, index: number) => string;
  /** What follows the last line; `pieces` is the sum of all lines. */
  readonly tail: (pieces: number) => string;
};

export type ListWriters = { readonly [Name in ExportTargetName]: ListWriter };

/** A file of an export, to be read once. */
export type ExportFile = { readonly name: string; readonly content: () => AsyncIterable<string> };

/** Packs files that are read one after the other. */
export type PackFiles = (files: readonly ExportFile[]) => AsyncIterable<Uint8Array>;

/** Whether a file is one that the target's program wrote itself, safe to be given back as it is. */
export type IsOwnFile = (target: ExportTargetName, content: Uint8Array) => boolean;
