import { SaxesParser } from 'saxes';
import type { RepairNote } from '../../domain/findings.ts';
import type { LotRole, RawLot } from '../../domain/lot.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import { ampersandMender } from './repair-xml.ts';
import { documentTypeRefused } from './detect-format.ts';

export type TextPortion = { readonly lots: readonly RawLot[]; readonly repairs: readonly RepairNote[] };

/** Root, item, field and some HTML in a remark: deeper than this no list goes. */
const DEPTH_MAX = 32;

/** Text without any tag: far more than any remark holds. Keeps what must be remembered small. */
const TAGLESS_LENGTH_MAX = 1024 * 1024;

const ROOTS = new Set(['INVENTORY', 'ROOT']);

type Item = { readonly line: number; readonly fields: Map<string, string> };

const roleOf = (fields: ReadonlyMap<string, string>): LotRole => {
  const says = (name: string): boolean => fields.get(name)?.trim().toUpperCase() === 'Y';
  if (says('EXTRA')) return 'extra';
  if (says('COUNTERPART')) return 'counterpart';
  return says('ALTERNATE') ? 'alternate' : 'needed';
};

/** An empty tag says as much as none. */
const filled = (text: string | undefined): string | null => {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
};

const lotOf = ({ line, fields }: Item): RawLot => ({
  line,
  itemType: filled(fields.get('ITEMTYPE'))?.toUpperCase() ?? 'P',
  partNumber: fields.get('ITEMID')?.trim() ?? '',
  colour: filled(fields.get('COLOR')),
  quantityText: filled(fields.get('MINQTY')) ?? filled(fields.get('QTY')),
  role: roleOf(fields),
});

/** What stays the same while the tags go by. */
type Reader = {
  readonly open: (name: string, line: number) => void;
  readonly close: (name: string) => void;
  readonly text: (text: string) => void;
  readonly takeLots: () => readonly RawLot[];
};

const refuseRoot = (name: string, line: number): never => {
  if (name === 'HTML') throw new UnreadableFile('html-instead-of-parts-list', 'This is a web page.', line);
  const detail = `The root element is <${name.slice(0, 40)}>; a BrickLink list begins with <INVENTORY>.`;
  throw new UnreadableFile('format-not-supported', detail, line);
};

const itemReader = (): Reader => {
  let path: readonly string[] = [];
  let item: Item | undefined;
  let itemDepth = 0;
  let lots: RawLot[] = [];

  return {
    open: (name, line) => {
      if (path.length === 0 && !ROOTS.has(name)) refuseRoot(name, line);
      if (path.length >= DEPTH_MAX)
        throw new UnreadableFile('xml-malformed', `Elements are nested more than ${DEPTH_MAX} deep.`, line);
      if (name === 'ITEM' && item !== undefined)
        throw new UnreadableFile('xml-malformed', 'An <ITEM> begins within another one.', line);
      path = [...path, name];
      if (name !== 'ITEM') return;
      item = { line, fields: new Map() };
      itemDepth = path.length;
    },
    close: (name) => {
      path = path.slice(0, -1);
      if (name !== 'ITEM' || item === undefined) return;
      lots.push(lotOf(item));
      item = undefined;
    },
    text: (text) => {
      // HTML within a field belongs to the field's text: path[itemDepth] is the field, however deep the text lies.
      const field = path[itemDepth];
      if (item !== undefined && field !== undefined) item.fields.set(field, (item.fields.get(field) ?? '') + text);
    },
    takeLots: () => {
      const taken = lots;
      lots = [];
      return taken;
    },
  };
};

const POSITION = /^(?:(\d+):\d+: )?(.*)$/s;

const malformed = (message: string): UnreadableFile => {
  const [, line, reason = ''] = POSITION.exec(message) ?? [];
  return new UnreadableFile('xml-malformed', `The XML is broken: ${reason}`, line === undefined ? 1 : Number(line));
};

const parserFor = (reader: Reader, seen: () => void): SaxesParser => {
  const parser = new SaxesParser();
  parser.on('error', ({ message }) => {
    throw malformed(message);
  });
  parser.on('doctype', () => {
    throw documentTypeRefused(parser.line);
  });
  parser.on('opentag', ({ name }) => {
    seen();
    reader.open(name.toUpperCase(), parser.line);
  });
  parser.on('closetag', ({ name }) => {
    seen();
    reader.close(name.toUpperCase());
  });
  parser.on('text', reader.text);
  parser.on('cdata', reader.text);
  return parser;
};

/** Reads the lots of a BrickLink wanted list, inventory or upload as its text arrives. Throws `UnreadableFile`. */
export async function* brickLinkLots(chunks: AsyncIterable<string>): AsyncGenerator<TextPortion> {
  const reader = itemReader();
  const mender = ampersandMender();
  let tagless = 0;
  const parser = parserFor(reader, () => {
    tagless = 0;
  });

  const write = (text: string): TextPortion => {
    tagless += text.length;
    parser.write(text);
    if (tagless > TAGLESS_LENGTH_MAX)
      throw new UnreadableFile('line-too-long', 'More than a million characters follow without a tag.', parser.line);
    return { lots: reader.takeLots(), repairs: mender.repairs() };
  };

  for await (const chunk of chunks) yield write(mender.mend(chunk));
  yield write(mender.end());
  parser.close();
}
