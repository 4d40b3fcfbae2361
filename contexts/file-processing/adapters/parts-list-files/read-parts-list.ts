import type { RepairNote } from '../../domain/findings.ts';
import type { ReadPartsList } from '../../application/ports/parts-list-reader.ts';
import { brickLinkLots } from './bricklink-xml.ts';
import { decodeText } from './decode-text.ts';
import { detectFormat } from './detect-format.ts';
import { csvLots, delimiterOf } from './rebrickable-csv.ts';

/** Enough text to tell the format, past any comments at its beginning. */
const START_LENGTH = 8192;

const firstLine = (text: string): string => /^\s*([^\r\n]*)/.exec(text)?.[1] ?? '';

/** The first line by which spreadsheets name the delimiter of a CSV. */
const SEPARATOR_LINE = /^\s*"?sep=([;,\t|])"?[ \t]*(?=\r|\n|$)/i;

async function* prepend(start: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield start;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* csvPortions(start: string, rest: AsyncIterator<string>): ReturnType<typeof csvLots> {
  const [separatorLine, delimiter] = SEPARATOR_LINE.exec(start) ?? [];
  const text = separatorLine === undefined ? start : start.slice(separatorLine.length);
  let repairs: readonly RepairNote[] = separatorLine === undefined ? [] : [{ code: 'separator-line-skipped', line: 1 }];
  for await (const portion of csvLots(prepend(text, rest), delimiter ?? delimiterOf(firstLine(text)))) {
    yield { ...portion, repairs: [...repairs, ...portion.repairs] };
    repairs = [];
  }
}

async function* xmlPortions(start: string, rest: AsyncIterator<string>): ReturnType<typeof csvLots> {
  for await (const portion of brickLinkLots(prepend(start, rest))) yield { ...portion, expectedScheme: 'bricklink' };
}

/** Reads BrickLink XML and CSV lists in any encoding that `decodeText` supports. */
export const readPartsList: ReadPartsList = async function* (bytes) {
  const { chunks, encoding, repairs } = await decodeText(bytes);
  const text = chunks[Symbol.asyncIterator]();
  try {
    let start = '';
    for (let next = await text.next(); next.done !== true; next = await text.next()) {
      start += next.value;
      if (start.length >= START_LENGTH) break;
    }
    const isXml = detectFormat(start) === 'xml';
    const format = isXml ? 'bricklink-xml' : 'rebrickable-csv';
    for await (const portion of isXml ? xmlPortions(start, text) : csvPortions(start, text))
      yield { ...portion, format, encoding: encoding(), repairs: [...repairs(), ...portion.repairs] };
  } finally {
    await text.return?.();
  }
};
