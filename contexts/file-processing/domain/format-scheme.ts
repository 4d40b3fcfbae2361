import type { Format } from './catalogue.ts';
import type { ColourScheme } from './colour-scheme.ts';
import type { Findings } from './findings.ts';

/** Lists that name elements, and neither parts nor colours. */
export const ELEMENT_FORMATS: ReadonlySet<Format> = new Set(['brickset-csv', 'pick-a-brick-csv', 'pick-a-brick-json']);

/** Whose ids the formats of programs have; tables of anybody are not among them. */
const SCHEMES: Partial<Record<Format, ColourScheme>> = {
  'bricklink-orders-csv': 'bricklink',
  'bricklink-orders-xml': 'bricklink',
  'bricklink-xml': 'bricklink',
  'brickowl-xml': 'brickowl',
  'brickset-csv': 'lego',
  'brickstore-xml': 'bricklink',
  ldraw: 'ldraw',
  lxfml: 'lego',
  'pick-a-brick-csv': 'lego',
  'pick-a-brick-json': 'lego',
  'rebrickable-csv': 'rebrickable',
  'studio-csv': 'bricklink',
  'studio-io': 'ldraw',
};

/**
 * Whose ids the lots of a list were read by. Versions that did not look at the lots took what the format implies, and did not
 * record it; `undefined` where that is nothing.
 */
export const schemeOf = ({
  colourScheme,
  format,
}: Pick<Findings, 'colourScheme' | 'format'>): ColourScheme | undefined => colourScheme?.scheme ?? SCHEMES[format];
