import type { LotProblem, RawLot } from '../../domain/lot.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';

/** A part in a colour, as a model file names it; `colour` is null where the model leaves it open. */
export type ModelPart = {
  readonly partNumber: string;
  readonly colour: string | null;
  readonly problem?: LotProblem | undefined;
};

/** More different parts than any model has; bounds the memory that counting takes. */
const PARTS_MAX = 200_000;

/** Counts the parts of a model, which names each piece on its own, as lots. */
export class PartTally {
  readonly #lots = new Map<string, { readonly part: ModelPart; readonly line: number; count: number }>();

  /** Throws `UnreadableFile` when there are too many different parts. */
  add(part: ModelPart, line: number, count = 1): void {
    const key = `${part.partNumber}\n${part.colour ?? ''}`;
    const lot = this.#lots.get(key);
    if (lot !== undefined) lot.count += count;
    else if (this.#lots.size >= PARTS_MAX)
      throw new UnreadableFile('too-many-lots', `A model may have at most ${PARTS_MAX} different parts.`, { line });
    else this.#lots.set(key, { part, line, count });
  }

  /** How many pieces were counted. */
  pieces(): number {
    return [...this.#lots.values()].reduce((sum, { count }) => sum + count, 0);
  }

  /** The lots, each with the line of its first piece. */
  lots(): readonly RawLot[] {
    return [...this.#lots.values()].map(({ part, line, count }) => ({
      ...{ line, itemType: 'P', colourName: null, role: 'needed', quantityText: String(count) },
      ...part,
    }));
  }
}
