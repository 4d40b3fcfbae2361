import { SaxesParser } from 'saxes';
import type { RawLot } from '../../domain/lot.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import { documentTypeRefused } from './refused-xml.ts';
import { LxfmlSteps } from './lxfml-steps.ts';
import { PartTally } from './part-tally.ts';

/** `21`, `21,0` and `21:0`: the first is the colour of the part itself. */
const MATERIAL = /^(\d{1,9})/;

/** Counts the parts of a LEGO Digital Designer model, and which step of its building guide adds them. Throws `UnreadableFile`. */
export const lxfmlLots = async (chunks: AsyncIterable<string>): Promise<readonly RawLot[]> => {
  const tally = new PartTally();
  const steps = new LxfmlSteps();
  const parser = new SaxesParser();
  parser.on('error', () => {
    const detail = 'The LXFML is broken or cut off. Save the model once more.';
    throw new UnreadableFile('xml-malformed', detail, { line: parser.line, column: parser.column + 1 });
  });
  parser.on('doctype', () => {
    throw documentTypeRefused({ line: parser.line });
  });
  parser.on('opentag', ({ name, attributes }) => {
    steps.openTag(name, attributes);
    if (name !== 'Part') return;
    const [, colour = null] = MATERIAL.exec(attributes['materials'] ?? '') ?? [];
    const part = { partNumber: (attributes['designID'] ?? '').trim(), colour };
    tally.add(part, parser.line);
    steps.addPart(part, attributes);
  });
  parser.on('closetag', ({ name }) => {
    steps.closeTag(name);
  });
  for await (const chunk of chunks) parser.write(chunk);
  parser.close();
  steps.addTo(tally);
  return tally.lots();
};
