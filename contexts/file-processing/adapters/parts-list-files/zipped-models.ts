import { z } from 'zod';
import type { Format } from '../../domain/catalogue.ts';
import type { ColourScheme } from '../../domain/colour-scheme.ts';
import type { RepairNote } from '../../domain/findings.ts';
import type { RawLot } from '../../domain/lot.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import { decodeText, type DecodedText } from './decode-text.ts';
import { ldrawLots } from './ldraw-model.ts';
import { lxfmlLots } from './lxfml-model.ts';
import { nameZip } from './name-archive.ts';
import type { ZipEntry } from './open-zip.ts';

export type ModelList = {
  readonly format: Format;
  readonly expectedScheme: ColourScheme;
  readonly text: DecodedText;
  readonly lots: readonly RawLot[];
  readonly repairs: readonly RepairNote[];
};

const info = z.object({ total_parts: z.int().nonnegative() });

const INFO_BYTES_MAX = 64 * 1024;

/** The number of parts that Studio noted in its model; `undefined` when it did not. */
const notedTotal = async (entries: readonly ZipEntry[]): Promise<number | undefined> => {
  const entry = entries.find(({ name }) => name === '.info');
  if (entry === undefined) return undefined;
  let text = '';
  for await (const chunk of entry.open()) {
    text += Buffer.from(chunk).toString('utf8');
    if (text.length > INFO_BYTES_MAX) return undefined;
  }
  try {
    return info.safeParse(JSON.parse(text)).data?.total_parts;
  } catch {
    return undefined;
  }
};

const totalRepair = async (entries: readonly ZipEntry[], lots: readonly RawLot[]): Promise<readonly RepairNote[]> => {
  const total = await notedTotal(entries);
  const pieces = lots.reduce((sum, { quantityText }) => sum + Number(quantityText), 0);
  return total === undefined || total === pieces ? [] : [{ code: 'total-differs', line: 1 }];
};

const readEntry = async (
  entry: ZipEntry,
  read: (chunks: AsyncIterable<string>) => Promise<readonly RawLot[]>,
): Promise<{ readonly text: DecodedText; readonly lots: readonly RawLot[] }> => {
  const text = await decodeText(entry.open());
  const lots = await read(text.chunks);
  return { text, lots };
};

/** Reads the model in a Studio (.io) or Digital Designer (.lxf) archive. Throws `UnreadableFile`. */
export const readModel = async (entries: readonly ZipEntry[]): Promise<ModelList> => {
  const studio = entries.find(({ name }) => name === 'model.ldr');
  const designer = entries.find(({ name }) => /^image100\.lxfml$/.test(name));
  const model = studio ?? designer;
  if (model === undefined || model.isLocked)
    throw new UnreadableFile('format-not-supported', nameZip(model ?? entries[0] ?? { name: '', isLocked: false }));
  if (studio === undefined)
    return { format: 'lxfml', expectedScheme: 'lego', repairs: [], ...(await readEntry(model, lxfmlLots)) };
  const list = await readEntry(model, ldrawLots);
  return { format: 'studio-io', expectedScheme: 'ldraw', ...list, repairs: await totalRepair(entries, list.lots) };
};
