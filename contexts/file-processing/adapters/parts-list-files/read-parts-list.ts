import type { ReadPartsList } from '../../application/ports/parts-list-reader.ts';
import { brickLinkLots } from './bricklink-xml.ts';
import { decodeText } from './decode-text.ts';
import { delimiterOf, rebrickableLots } from './rebrickable-csv.ts';
import { detectFormat } from './detect-format.ts';

/** Enough text to see what kind it is, past any comments at its head. */
const START_LENGTH = 8192;

const firstLine = (text: string): string => /^\s*([^\r\n]*)/.exec(text)?.[1] ?? '';

async function* followedBy(start: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield start;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

/** Reads BrickLink XML and Rebrickable CSV in any encoding that decodeText knows. */
export const readPartsList: ReadPartsList = async function* (bytes) {
  const { chunks, encoding, repairs } = await decodeText(bytes);
  const text = chunks[Symbol.asyncIterator]();
  try {
    let start = '';
    for (let next = await text.next(); next.done !== true; next = await text.next()) {
      start += next.value;
      if (start.length >= START_LENGTH) break;
    }
    const kind = detectFormat(start);
    const whole = followedBy(start, text);
    const format = kind === 'xml' ? 'bricklink-xml' : 'rebrickable-csv';
    const portions = kind === 'xml' ? brickLinkLots(whole) : rebrickableLots(whole, delimiterOf(firstLine(start)));
    for await (const portion of portions)
      yield { format, encoding: encoding(), lots: portion.lots, repairs: [...repairs(), ...portion.repairs] };
  } finally {
    await text.return?.();
  }
};
