import type { LotProblem, RawLot, StepPieces } from '../../domain/lot.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';

/** A part in a colour, as a model file names it; `colour` is null where the model leaves it open. */
export type ModelPart = {
  readonly partNumber: string;
  readonly colour: string | null;
  readonly problem?: LotProblem | undefined;
};

/** More different parts than any model has; bounds the memory that counting takes. */
const PARTS_MAX = 200_000;

/** More than a model of 1,000 steps has that adds fifty different parts in each; steps of larger ones are left out. */
const STEP_ENTRIES_MAX = 50_000;

const keyOf = ({ partNumber, colour }: ModelPart): string => `${partNumber}\n${colour ?? ''}`;

/** Counts the parts of a model, which names each piece on its own, as lots. */
export class PartTally {
  readonly #lots = new Map<string, { readonly part: ModelPart; readonly line: number; count: number }>();
  readonly #steps = new Map<string, Map<number, number>>();
  #stepEntries = 0;

  /** Throws `UnreadableFile` when there are too many different parts. */
  add(part: ModelPart, line: number, count = 1): void {
    const key = keyOf(part);
    const lot = this.#lots.get(key);
    if (lot !== undefined) lot.count += count;
    else if (this.#lots.size >= PARTS_MAX)
      throw new UnreadableFile('too-many-lots', `A model may have at most ${PARTS_MAX} different parts.`, { line });
    else this.#lots.set(key, { part, line, count });
  }

  /** Says which step adds pieces that are counted. */
  addStep(part: ModelPart, step: number, count: number): void {
    if (this.#stepEntries > STEP_ENTRIES_MAX) return;
    const key = keyOf(part);
    const steps = this.#steps.get(key) ?? new Map<number, number>();
    if (!steps.has(step)) this.#stepEntries += 1;
    steps.set(step, (steps.get(step) ?? 0) + count);
    this.#steps.set(key, steps);
  }

  #stepsOf(part: ModelPart): { readonly steps?: readonly StepPieces[] } {
    const steps = this.#stepEntries > STEP_ENTRIES_MAX ? undefined : this.#steps.get(keyOf(part));
    return steps === undefined ? {} : { steps: [...steps].map(([step, quantity]) => ({ step, quantity })) };
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
      ...this.#stepsOf(part),
    }));
  }
}
