import type { RepairNote } from '../../domain/findings.ts';
import type { LotProblem, LotRole, RawLot } from '../../domain/lot.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import { ItemReader, type Item } from './item-reader.ts';
import { XmlTokenizer } from './xml-tokens.ts';

export type TextPortion = { readonly lots: readonly RawLot[]; readonly repairs: readonly RepairNote[] };

/** Text without any tag: far more than any remark holds. Bounds the memory that one field takes. */
const TAGLESS_LENGTH_MAX = 1024 * 1024;

type Fields = ReadonlyMap<string, string>;

const roleOf = (fields: Fields): LotRole => {
  const isSet = (name: string): boolean => fields.get(name)?.trim().toUpperCase() === 'Y';
  if (isSet('EXTRA')) return 'extra';
  if (isSet('COUNTERPART')) return 'counterpart';
  return isSet('ALTERNATE') ? 'alternate' : 'needed';
};

/** An empty tag is read like a missing one. */
const textOf = (fields: Fields, name: string): string | null => {
  const trimmed = fields.get(name)?.trim() ?? '';
  return trimmed === '' ? null : trimmed;
};

/** BrickLink writes -1 where a wanted list leaves the quantity open. */
const UNSET = /^-1(?:\.0{1,4})?$/;

const problemOf = (fields: Fields, repeated: string | undefined): LotProblem | undefined => {
  const code = 'field-repeated';
  if (repeated !== undefined)
    return { code, detail: `The lot has <${repeated}> more than once. Keep the one that is meant.`, field: repeated };
  const [wanted, stocked] = [textOf(fields, 'MINQTY'), textOf(fields, 'QTY')];
  if (wanted === null || stocked === null || wanted === stocked || UNSET.test(wanted)) return undefined;
  const detail = 'The lot has both <MINQTY> and <QTY>, and they differ. Keep the one that is meant.';
  return { code, detail, field: 'MINQTY' };
};

const lotOf = ({ line, fields, repeated }: Item): RawLot => {
  const wanted = textOf(fields, 'MINQTY');
  const problem = problemOf(fields, repeated);
  return {
    line,
    itemType: textOf(fields, 'ITEMTYPE')?.toUpperCase() ?? 'P',
    partNumber: fields.get('ITEMID')?.trim() ?? '',
    colour: textOf(fields, 'COLOR'),
    colourName: textOf(fields, 'COLORNAME'),
    quantityText: (wanted !== null && UNSET.test(wanted) ? null : wanted) ?? textOf(fields, 'QTY'),
    role: roleOf(fields),
    ...(problem === undefined ? {} : { problem }),
  };
};

/** Reads the lots of a BrickLink wanted list, inventory or upload as its text arrives. Throws `UnreadableFile`. */
export async function* brickLinkLots(chunks: AsyncIterable<string>): AsyncGenerator<TextPortion> {
  const reader = new ItemReader();
  const tokenizer = new XmlTokenizer(reader);
  let taglessLength = 0;
  let tags = 0;
  const portion = (): TextPortion => ({
    lots: reader.takeItems().map(lotOf),
    repairs: [...tokenizer.takeRepairs(), ...reader.takeRepairs()],
  });

  for await (const chunk of chunks) {
    const { line } = tokenizer.write(chunk);
    taglessLength = reader.tags === tags ? taglessLength + chunk.length : 0;
    tags = reader.tags;
    if (taglessLength > TAGLESS_LENGTH_MAX)
      throw new UnreadableFile('line-too-long', 'More than a million characters follow without a tag.', { line });
    yield portion();
  }
  reader.end(tokenizer.end());
  yield portion();
}
