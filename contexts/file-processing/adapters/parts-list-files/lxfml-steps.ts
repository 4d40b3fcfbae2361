import type { ModelPart, PartTally } from './part-tally.ts';

type Attributes = Readonly<Record<string, string>>;

/** More pieces than Digital Designer can hold. Steps of larger models are left out. */
const REFERENCES_MAX = 200_000;

/** A part of the model; `isAdded` once a step has named it. */
type Piece = { readonly part: ModelPart; isAdded: boolean };

/** How the steps of the versions name what they add: parts at first, bricks of one or more parts later. */
const REFERENCE_TAGS = new Set(['PartRef', 'BrickRef', 'In']);

const idsOf = ({ refID, uuid }: Attributes): readonly string[] => [refID, uuid].filter((id) => id !== undefined);

/**
 * Which step of the first building guide adds which piece. Steps within a step count as the outer one, as submodels of
 * LDraw do; a piece belongs to the first step that names it.
 */
export class LxfmlSteps {
  readonly #parts = new Map<string, readonly Piece[]>();
  readonly #bricks = new Map<string, readonly Piece[]>();
  readonly #references: { readonly step: number; readonly part: string; readonly brick: string }[] = [];
  #brickPieces: Piece[] = [];
  #guides = 0;
  #depth = 0;
  #step = 0;

  /** Notes a part of the brick that was opened last. */
  addPart(part: ModelPart, attributes: Attributes): void {
    const piece = { part, isAdded: false };
    this.#brickPieces.push(piece);
    if (this.#parts.size < REFERENCES_MAX) for (const id of idsOf(attributes)) this.#parts.set(id, [piece]);
  }

  openTag(name: string, attributes: Attributes): void {
    if (name === 'Brick') this.#openBrick(attributes);
    else if (name === 'BuildingInstruction') this.#guides += 1;
    else if (name === 'Step') this.#openStep();
    else if (REFERENCE_TAGS.has(name) && this.#depth > 0) this.#addReference(attributes);
  }

  closeTag(name: string): void {
    if (name === 'Step') this.#depth -= 1;
  }

  /** Says which step adds the pieces that were counted. A model of one step has none. */
  addTo(tally: PartTally): void {
    if (this.#step < 2 || this.#references.length >= REFERENCES_MAX) return;
    for (const { step, part, brick } of this.#references) {
      const pieces = [...(this.#parts.get(part) ?? []), ...(this.#bricks.get(brick) ?? [])];
      for (const piece of pieces)
        if (!piece.isAdded) {
          piece.isAdded = true;
          tally.addStep(piece.part, step, 1);
        }
      // Named again, a brick of many parts would be looked through again.
      this.#bricks.delete(brick);
    }
  }

  #openBrick(attributes: Attributes): void {
    this.#brickPieces = [];
    if (this.#bricks.size < REFERENCES_MAX) for (const id of idsOf(attributes)) this.#bricks.set(id, this.#brickPieces);
  }

  #openStep(): void {
    if (this.#guides === 1 && this.#depth === 0) this.#step += 1;
    this.#depth += 1;
  }

  #addReference({ partRef: part = '', brickRef: brick = '' }: Attributes): void {
    if (this.#guides === 1 && this.#references.length < REFERENCES_MAX)
      this.#references.push({ step: this.#step, part, brick });
  }
}
