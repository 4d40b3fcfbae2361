import type { ColumnMapping } from '../../domain/column-mapping.ts';
import type { RepairNote } from '../../domain/findings.ts';
import type { RawLot } from '../../domain/lot.ts';
import type { Portion, ReadPartsList } from '../../application/ports/parts-list-reader.ts';
import { brickLinkLots, brickLinkOrderLots } from './bricklink-xml.ts';
import { brickOwlLots } from './brickowl-xml.ts';
import { brickStoreLots } from './brickstore-xml.ts';
import { csvRows, delimiterOf } from './csv-rows.ts';
import { decodeText } from './decode-text.ts';
import { detectFormat } from './detect-format.ts';
import { ldrawLots } from './ldraw-model.ts';
import { lxfmlLots } from './lxfml-model.ts';
import { isZip } from './name-archive.ts';
import { openZip } from './open-zip.ts';
import { peekBytes } from './peek-bytes.ts';
import { pickABrickLots } from './pick-a-brick-json.ts';
import { tableLots } from './table-lots.ts';
import type { TextPortion } from './xml-lots.ts';
import { isWorkbook, workbookRows } from './workbook-rows.ts';
import { readModel } from './zipped-models.ts';

/** Enough text to tell the format, past any comments at its beginning. */
const START_LENGTH = 8192;

const PORTION_LOTS = 1000;

const firstLine = (text: string): string => /^\s*([^\r\n]*)/.exec(text)?.[1] ?? '';

/** The first line by which spreadsheets name the delimiter of a CSV. */
const SEPARATOR_LINE = /^\s*"?sep=([;,\t|])"?[ \t]*(?=\r|\n|$)/i;

type UnencodedPortion = Omit<Portion, 'encoding'>;

async function* prepend(start: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield start;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* csvPortions(
  start: string,
  rest: AsyncIterator<string>,
  mapping: ColumnMapping | undefined,
): AsyncGenerator<UnencodedPortion> {
  const [separatorLine, delimiter] = SEPARATOR_LINE.exec(start) ?? [];
  const text = separatorLine === undefined ? start : start.slice(separatorLine.length);
  let repairs: readonly RepairNote[] = separatorLine === undefined ? [] : [{ code: 'separator-line-skipped', line: 1 }];
  const rows = csvRows(prepend(text, rest), delimiter ?? delimiterOf(firstLine(text)));
  for await (const portion of tableLots(rows, mapping)) {
    yield { ...portion, repairs: [...repairs, ...portion.repairs] };
    repairs = [];
  }
}

async function* labelPortions(
  portions: AsyncIterable<TextPortion>,
  label: Pick<Portion, 'format' | 'expectedScheme'>,
): AsyncGenerator<UnencodedPortion> {
  for await (const portion of portions) yield { ...portion, ...label };
}

/** The lots of a model, which are known only at its end, in portions. */
function* inPortions(lots: readonly RawLot[]): Generator<TextPortion> {
  for (let at = 0; at < lots.length; at += PORTION_LOTS) yield { lots: lots.slice(at, at + PORTION_LOTS), repairs: [] };
}

async function* modelPortions(lots: Promise<readonly RawLot[]>): AsyncGenerator<TextPortion> {
  yield* inPortions(await lots);
}

const portionsOf = (
  start: string,
  rest: AsyncIterator<string>,
  mapping: ColumnMapping | undefined,
): AsyncIterable<UnencodedPortion> => {
  const format = detectFormat(start);
  if (format === 'csv') return csvPortions(start, rest, mapping);
  const text = prepend(start, rest);
  switch (format) {
    case 'bricklink-xml':
      return labelPortions(brickLinkLots(text), { format, expectedScheme: 'bricklink' });
    case 'bricklink-orders-xml':
      return labelPortions(brickLinkOrderLots(text), { format, expectedScheme: 'bricklink' });
    case 'brickowl-xml':
      return labelPortions(brickOwlLots(text), { format, expectedScheme: 'brickowl' });
    case 'brickstore-xml':
      return labelPortions(brickStoreLots(text), { format, expectedScheme: 'bricklink' });
    case 'pick-a-brick-json':
      return labelPortions(pickABrickLots(text), { format, expectedScheme: 'lego' });
    case 'ldraw':
      return labelPortions(modelPortions(ldrawLots(text)), { format, expectedScheme: 'ldraw' });
    case 'lxfml':
      return labelPortions(modelPortions(lxfmlLots(text)), { format, expectedScheme: 'lego' });
  }
};

async function* textPortions(
  bytes: AsyncIterable<Uint8Array>,
  mapping: ColumnMapping | undefined,
): AsyncGenerator<Portion> {
  const { chunks, encoding, repairs } = await decodeText(bytes);
  const text = chunks[Symbol.asyncIterator]();
  try {
    let start = '';
    for (let next = await text.next(); next.done !== true; next = await text.next()) {
      start += next.value;
      if (start.length >= START_LENGTH) break;
    }
    for await (const portion of portionsOf(start, text, mapping))
      yield { ...portion, encoding: encoding(), repairs: [...repairs(), ...portion.repairs] };
  } finally {
    await text.return?.();
  }
}

async function* zipPortions(
  bytes: AsyncIterable<Uint8Array>,
  mapping: ColumnMapping | undefined,
): AsyncGenerator<Portion> {
  const entries = await openZip(bytes);
  if (isWorkbook(entries)) {
    for await (const portion of tableLots(workbookRows(entries), mapping))
      yield { ...portion, format: 'excel', encoding: 'utf-8' };
    return;
  }
  const { format, expectedScheme, text, lots, repairs } = await readModel(entries);
  const label = { format, expectedScheme, encoding: text.encoding() };
  yield { ...label, lots: [], repairs: [...text.repairs(), ...repairs] };
  for (const portion of inPortions(lots)) yield { ...portion, ...label };
}

/** Reads every format of `ACCEPTED_FORMATS`, recognised by content, in any encoding that `decodeText` supports. */
export const readPartsList: ReadPartsList = async function* (source, { mapping } = {}) {
  const { start, bytes } = await peekBytes(source);
  yield* isZip(start) ? zipPortions(bytes, mapping) : textPortions(bytes, mapping);
};
