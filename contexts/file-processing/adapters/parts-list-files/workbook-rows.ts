import { buffer } from 'node:stream/consumers';
import { Worker } from 'node:worker_threads';
import { once } from 'node:events';
import { ZipFile } from 'yazl';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import type { TableRow } from './csv-rows.ts';
import type { ZipEntry } from './open-zip.ts';
import type { SheetMessage } from './sheet-worker.ts';

const WORKBOOK = 'xl/workbook.xml';

/** The files of a workbook that its cells may be in; others are pictures and macros. */
const CELL_FILES = /\.(?:xml|rels|vml)$/;

/** A list of 100,000 lots has 30 MB. */
const UNPACKED_BYTES_MAX = 64 * 1024 * 1024;

const HEAP_MB_MAX = 768;
const DEADLINE_MS = 60_000;

/** Whether the archive is an Excel workbook (.xlsx, .xlsm). */
export const isWorkbook = (entries: readonly ZipEntry[]): boolean =>
  entries.some(({ name, isLocked }) => name === WORKBOOK && !isLocked);

const tooLarge = (): UnreadableFile =>
  new UnreadableFile('format-not-supported', 'The workbook is too large for a parts list. Save its sheet as CSV.');

/** The workbook with the files of its cells only, unpacked under limits that the spreadsheet library does not have. */
const repack = async (entries: readonly ZipEntry[]): Promise<Buffer> => {
  const zip = new ZipFile();
  let length = 0;
  for (const { name, open } of entries) {
    if (!CELL_FILES.test(name)) continue;
    const chunks: Uint8Array[] = [];
    for await (const chunk of open()) {
      length += chunk.length;
      if (length > UNPACKED_BYTES_MAX) throw tooLarge();
      chunks.push(chunk);
    }
    zip.addBuffer(Buffer.concat(chunks), name, { compress: false });
  }
  zip.end();
  return await buffer(zip.outputStream);
};

const nextRows = async (worker: Worker, signal: AbortSignal): Promise<readonly TableRow[]> => {
  worker.postMessage('next');
  try {
    const [message] = (await once(worker, 'message', { signal })) as [SheetMessage];
    if ('rows' in message) return message.rows;
    throw new UnreadableFile('format-not-supported', `The workbook is broken: ${message.fault}. Save it once more.`);
  } catch (error) {
    if (signal.aborted)
      throw new UnreadableFile('parsing-overdue', 'Reading this workbook took too long. Save its sheet as CSV.');
    if (error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY') throw tooLarge();
    throw error;
  }
};

/**
 * The rows of the first sheet of a workbook. The library reads a sheet at once, so that it runs in a thread of its own,
 * with a limit to its memory and its time. Throws `UnreadableFile`.
 */
export async function* workbookRows(entries: readonly ZipEntry[]): AsyncGenerator<TableRow> {
  const workbook = await repack(entries);
  const worker = new Worker(new URL('./sheet-worker.ts', import.meta.url), {
    ...{ workerData: workbook, resourceLimits: { maxOldGenerationSizeMb: HEAP_MB_MAX } },
  });
  const signal = AbortSignal.timeout(DEADLINE_MS);
  try {
    for (let rows = await nextRows(worker, signal); rows.length > 0; rows = await nextRows(worker, signal)) yield* rows;
  } finally {
    await worker.terminate();
  }
}
