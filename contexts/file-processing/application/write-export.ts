import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import { exportLot, linesOf, type ExportLine } from '../domain/export-lot.ts';
import { LINES_MAX } from '../domain/export-plan.ts';
import { EXPORT_TARGETS, type ExportTarget, type ExportTargetName } from '../domain/export-target.ts';
import { nameFor, sourceOf, type PlanExport, type ReadList } from './plan-export.ts';
import type { ExportLots } from './ports/export-lots.ts';
import type { ExportFile, ListWriter, ListWriters, PackFiles } from './ports/list-writer.ts';

export type ExportWriting = {
  readonly plan: PlanExport;
  readonly lots: ExportLots;
  readonly writers: ListWriters;
  readonly pack: PackFiles;
};

export type ExportRejection = 'export-too-large' | 'nothing-to-export';

export type ExportContent = {
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: AsyncIterable<string | Uint8Array>;
};

export type WriteExport = (
  list: ReadList,
  target: ExportTargetName,
) => Promise<ExportContent | Rejection<ExportRejection>>;

/** In characters: what one write to the client is worth. */
const PORTION_LENGTH = 32_768;

/** The next `linesMax` lines as one file. */
async function* fileOf(lines: AsyncIterator<ExportLine>, writer: ListWriter, linesMax: number): AsyncGenerator<string> {
  let pieces = 0;
  let text = writer.head;
  for (let index = 0; index < linesMax; index += 1) {
    const next = await lines.next();
    if (next.done === true) break;
    pieces += next.value.quantity;
    text += writer.line(next.value, index);
    if (text.length < PORTION_LENGTH) continue;
    yield text;
    text = '';
  }
  yield text + writer.tail(pieces);
}

async function* oneChunk(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(chunk);
}

/** Gives a list as the file that was planned, or as a zip of several; memory does not grow with the list. */
export const writeExport = ({ plan, lots, writers, pack }: ExportWriting): WriteExport => {
  async function* linesFor(list: ReadList, target: ExportTarget): AsyncGenerator<ExportLine> {
    const source = sourceOf(list.findings);
    for await (const page of lots(list))
      for (const lot of page) {
        const result = exportLot(lot, source, target);
        if (!('leftOut' in result)) yield* linesOf(result);
      }
  }

  return async (list, name) => {
    const plannedExport = await plan(list, name);
    if (isRejection(plannedExport)) return plannedExport;
    const { files: fileCount, fileName, original } = plannedExport;
    if (fileCount === 0)
      return reject('nothing-to-export', 'No lot can be exported; the report of the export says why.');
    const target = EXPORT_TARGETS[name];
    const { mediaType, extension, lotsPerFileMax } = target;
    if (original !== undefined) return { fileName, mediaType, content: oneChunk(original) };
    const lines = linesFor(list, target);
    const content = (): AsyncIterable<string> => fileOf(lines, writers[name], lotsPerFileMax ?? LINES_MAX);
    if (fileCount === 1) return { fileName, mediaType, content: content() };
    const parts = Array.from({ length: fileCount }, (_, index): ExportFile => ({
      name: nameFor(list.fileName, `-${index + 1}.${extension}`),
      content,
    }));
    return { fileName, mediaType: 'application/zip', content: pack(parts) };
  };
};
