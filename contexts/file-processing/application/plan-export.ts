import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import { exportLot, type ExportSource } from '../domain/export-lot.ts';
import { emptyPlan, filesFor, LINES_MAX, planLot, type ExportPlan } from '../domain/export-plan.ts';
import { EXPORT_TARGETS, type ExportTarget, type ExportTargetName } from '../domain/export-target.ts';
import type { Findings } from '../domain/findings.ts';
import { schemeOf } from '../domain/format-scheme.ts';
import type { ExportLots, StoredList } from './ports/export-lots.ts';
import type { IsOwnFile } from './ports/list-writer.ts';
import type { StoredFiles } from './ports/stored-files.ts';

export type ExportPlanning = {
  readonly lots: ExportLots;
  readonly files: Pick<StoredFiles, 'open'>;
  readonly isOwnFile: IsOwnFile;
};

/** A list that was read: the outcome of a completed job. */
export type ReadList = StoredList & {
  readonly fileId: string;
  readonly fileName: string;
  readonly findings: Findings;
};

export type PlannedExport = {
  readonly plan: ExportPlan;
  readonly fileName: string;
  readonly files: number;
  /** The uploaded file, when it is given back as it is. */
  readonly original: Uint8Array | undefined;
};

export type PlanExport = (
  list: ReadList,
  target: ExportTargetName,
) => Promise<PlannedExport | Rejection<'export-too-large'>>;

/** A larger file is written anew. */
const ORIGINAL_BYTES_MAX = 8 * 1024 * 1024;

/** Readings that change nothing for the program that wrote the file. */
const HARMLESS_REPAIRS: ReadonlySet<string> = new Set(['quantity-assumed', 'colour-ambiguous', 'total-skipped']);

const tooLarge = (): Rejection<'export-too-large'> =>
  reject('export-too-large', `An export has at most ${LINES_MAX.toLocaleString('en')} lines; this one has more.`);

export const sourceOf = (findings: Findings): ExportSource => ({
  format: findings.format,
  scheme: schemeOf(findings),
});

/** The uploaded file's name with another ending. */
export const nameFor = (fileName: string, ending: string): string =>
  `${fileName.replace(/\.[A-Za-z0-9]{1,6}$/, '')}${ending}`;

/** Whether each lot is in the only file as the one line that it was. */
const isWhole = (plan: ExportPlan, target: ExportTarget): boolean =>
  plan.lotsLeftOut === 0 && filesFor(plan, target) === 1 && (target.isLinePerPiece || plan.lines === plan.lots);

/** Whether the list is already as the target has it: its format and ids, and nothing repaired. */
const isUnchanged = (findings: Findings, target: ExportTarget): boolean => {
  const { format, encoding, repairs, opening } = findings;
  return (
    format === target.ownFormat &&
    opening === undefined &&
    (target.ids === 'element' || schemeOf(findings) === target.ids) &&
    encoding === 'utf-8' &&
    repairs.every(({ code }) => HARMLESS_REPAIRS.has(code))
  );
};

/** The bytes of a file; none when it is gone or too large. */
const readWhole = async (files: Pick<StoredFiles, 'open'>, fileId: string): Promise<Uint8Array | undefined> => {
  const bytes = await files.open(fileId);
  if (isRejection(bytes)) return undefined;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    size += chunk.length;
    if (size > ORIGINAL_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/**
 * Says what an export would give; nothing is written. Lots of a completed job never change, so the plan holds when it is
 * written.
 */
export const planExport = ({ lots, files, isOwnFile }: ExportPlanning): PlanExport => {
  const planOf = async (list: ReadList, target: ExportTarget): Promise<ExportPlan | undefined> => {
    if (list.findings.lots > LINES_MAX) return undefined;
    const source = sourceOf(list.findings);
    let plan = emptyPlan;
    for await (const page of lots(list)) {
      plan = page.reduce((sum, lot) => planLot(sum, lot, exportLot(lot, source, target)), plan);
      if (plan.lines > LINES_MAX) return undefined;
    }
    return plan;
  };

  const originalFor = async (name: ExportTargetName, fileId: string): Promise<Uint8Array | undefined> => {
    const original = await readWhole(files, fileId);
    return original !== undefined && isOwnFile(name, original) ? original : undefined;
  };

  return async (list, name) => {
    const target = EXPORT_TARGETS[name];
    const plan = await planOf(list, target);
    if (plan === undefined) return tooLarge();
    const fileCount = filesFor(plan, target);
    const isIdentical = isWhole(plan, target) && isUnchanged(list.findings, target);
    return {
      plan,
      files: fileCount,
      fileName: nameFor(list.fileName, fileCount > 1 ? '.zip' : `.${target.extension}`),
      original: isIdentical ? await originalFor(name, list.fileId) : undefined,
    };
  };
};
