import type { RepairNote } from '../../domain/findings.ts';
import type { LotProblem, RawLot } from '../../domain/lot.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import { ItemReader, type Item, type ItemDialect } from './item-reader.ts';
import { XmlTokenizer } from './xml-tokens.ts';

export type TextPortion = { readonly lots: readonly RawLot[]; readonly repairs: readonly RepairNote[] };

/** Text without any tag: far more than any remark holds. Bounds the memory that one field takes. */
const TAGLESS_LENGTH_MAX = 1024 * 1024;

/** The text of a field; an empty tag is read like a missing one. */
export const textOf = (fields: Item['fields'], name: string): string | null => {
  const text = fields.get(name)?.trim() ?? '';
  return text === '' ? null : text;
};

export const repeatedField = (name: string): LotProblem => ({
  code: 'field-repeated',
  detail: `The lot has <${name}> more than once. Keep the one that is meant.`,
  field: name,
});

/** Reads the lots of an XML list of one dialect as its text arrives. Throws `UnreadableFile`. */
export async function* xmlLots(
  chunks: AsyncIterable<string>,
  dialect: ItemDialect,
  lotOf: (item: Item) => RawLot,
): AsyncGenerator<TextPortion> {
  const reader = new ItemReader(dialect);
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
