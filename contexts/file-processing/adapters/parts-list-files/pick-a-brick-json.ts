import { z } from 'zod';
import type { RawLot } from '../../domain/lot.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import type { TextPortion } from './xml-lots.ts';

/** Ten times a list of 8,000 lots. A larger one would be held in memory as a whole. */
const LENGTH_MAX = 8 * 1024 * 1024;

const text = z.union([z.string().max(40), z.number()]).transform(String);
const entries = z.array(z.looseObject({ elementId: text, quantity: text })).min(1);

const ELEMENT_KEY = /"elementId"/g;

/** The line of each element id; all 1 when they cannot be told apart. */
const linesIn = (json: string, count: number): readonly number[] => {
  let line = 1;
  let at = 0;
  const lines = Array.from(json.matchAll(ELEMENT_KEY), ({ index }) => {
    for (let end = json.indexOf('\n', at); end !== -1 && end < index; end = json.indexOf('\n', end + 1)) {
      line += 1;
      at = end + 1;
    }
    return line;
  });
  return lines.length === count ? lines : Array.from({ length: count }, () => 1);
};

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 120) : '';
    throw new UnreadableFile('format-not-supported', `The JSON is broken: ${reason}. Export the list once more.`);
  }
};

/** Reads the list of LEGO's shop: an array of `elementId` and `quantity`. Throws `UnreadableFile`. */
export async function* pickABrickLots(chunks: AsyncIterable<string>): AsyncGenerator<TextPortion> {
  let json = '';
  for await (const chunk of chunks) {
    json += chunk;
    if (json.length > LENGTH_MAX)
      throw new UnreadableFile('format-not-supported', 'A JSON list may have at most 8 MiB. Upload it as CSV.');
  }
  const result = entries.safeParse(parse(json));
  if (!result.success) {
    const field = result.error.issues[0]?.path.join('.') ?? '';
    const detail = 'This JSON is no parts list; one of Pick a Brick is an array of elementId and quantity.';
    throw new UnreadableFile('format-not-supported', detail, { field });
  }
  const lines = linesIn(json, result.data.length);
  const lots = result.data.map(({ elementId, quantity }, index): RawLot => ({
    ...{ line: lines[index] ?? 1, itemType: 'P', partNumber: elementId.trim(), isElement: true, role: 'needed' },
    ...{ colour: null, colourName: null, quantityText: quantity.trim() },
  }));
  yield { lots, repairs: [] };
}
