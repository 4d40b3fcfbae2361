import type { Format } from './catalogue.ts';
import type { ColourScheme } from './colour-scheme.ts';

/** The columns of a table. Columns count from 0. */
export type Columns = {
  readonly part: number;
  /** The part column has element ids, which name the colour as well. */
  readonly isElement: boolean;
  readonly colour: number | undefined;
  readonly colourName: number | undefined;
  /** Without one, every row is one piece. */
  readonly quantity: number | undefined;
  /** A second column of pieces, which are added. */
  readonly moreQuantity?: number | undefined;
  readonly spare: number | undefined;
  /** BrickLink's type of all items, or the column that has it. */
  readonly itemType?: string | { readonly column: number } | undefined;
  /** A column of descriptions that begin with the name of BrickLink's colour. */
  readonly description?: number | undefined;
  /** The columns with fields of an order, by their names. */
  readonly order?: ReadonlyMap<string, number> | undefined;
  /** How many columns the header has. */
  readonly count: number;
  readonly format: Format;
  /** Whose colour ids the header implies; `undefined` where any program may have written it. */
  readonly scheme: ColourScheme | undefined;
};
