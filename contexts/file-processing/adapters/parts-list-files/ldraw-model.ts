import type { RawLot } from '../../domain/lot.ts';
import { UnreadableFile } from '../../application/ports/parts-list-reader.ts';
import { PartTally, type ModelPart } from './part-tally.ts';

/**
 * References from one block of a model to the same name in the same colour. `steps` has each step of the block that adds
 * some, and how many; a block of one step has none.
 */
type Reference = {
  readonly name: string;
  readonly colour: string;
  readonly line: number;
  count: number;
  steps?: (readonly [step: number, count: number])[];
};

/** A `0 FILE` block of a model: a submodel, or the definition of a part. */
type Block = { readonly name: string; isPart: boolean; step: number; readonly references: Map<string, Reference> };

/** In characters. The longest line seen has some 200. */
const LINE_LENGTH_MAX = 64 * 1024;
const REFERENCES_MAX = 500_000;
/** Submodels within submodels; models of people go 10 deep. */
const DEPTH_MAX = 100;

/** The colour of a reference that takes that of its parent. */
const INHERITED_COLOURS = new Set(['16', '24']);

const FILE = /^0\s+FILE\s+(\S.*)$/i;
const NO_FILE = /^0\s+NOFILE\b/i;
const DATA = /^0\s+!DATA\b/i;
const STEP = /^0\s+(?:STEP|ROTSTEP)\b/i;
const PART_TYPE =
  /^0\s+(?:!LDRAW_ORG|LDRAW_ORG|Official LCAD|Unofficial)\s+(?:Unofficial_)?(?:Part|Subpart|Primitive|Shortcut|\d+_Primitive)\b/i;
/** Colour, twelve numbers, and the name, which may have blanks. */
const REFERENCE = /^1\s+(\S{1,20})((?:\s+\S{1,40}){12})\s+(\S.*)$/;

const normalise = (name: string): string => name.trim().toLowerCase().replaceAll('\\', '/');

const partNumberOf = (name: string): string => name.replace(/^(?:.*\/)/, '').replace(/\.dat$/, '');

const missing = (name: string): ModelPart['problem'] => ({
  code: 'submodel-missing',
  detail: `The submodel ${JSON.stringify(name.slice(0, 80))} is not in the file. Save the model with its submodels (.mpd).`,
});

/** Notes one more reference of a step. Until there is a second step, the count says all. */
const addToStep = (reference: Reference, step: number): void => {
  if (step === 1) return;
  reference.steps ??= reference.count === 0 ? [] : [[1, reference.count]];
  const [lastStep, count] = reference.steps.at(-1) ?? [];
  if (lastStep === step) reference.steps[reference.steps.length - 1] = [step, (count ?? 0) + 1];
  else reference.steps.push([step, 1]);
};

/** Gathers the blocks of a model from its lines. */
class ModelBlocks {
  readonly blocks: Block[] = [];
  #current: Block | undefined;
  #isSkipping = false;
  #references = 0;

  line(text: string, line: number): void {
    const [, file] = FILE.exec(text) ?? [];
    if (file !== undefined) this.#open(normalise(file));
    else if (NO_FILE.test(text) || DATA.test(text)) this.#isSkipping = true;
    else if (!this.#isSkipping) this.#content(text, line);
  }

  #open(name: string): void {
    this.#isSkipping = false;
    this.#current = { name, isPart: false, step: 1, references: new Map() };
    this.blocks.push(this.#current);
  }

  #content(text: string, line: number): void {
    if (this.#current === undefined) this.#open('');
    const block = this.#current;
    if (block === undefined) return;
    if (PART_TYPE.test(text)) block.isPart = true;
    if (STEP.test(text)) block.step += 1;
    const [, colour, , name] = REFERENCE.exec(text) ?? [];
    if (colour === undefined || name === undefined) return;
    const key = `${colour}\n${normalise(name)}`;
    const reference = block.references.get(key) ?? { name: normalise(name), colour, line, count: 0 };
    this.#references += reference.count === 0 ? 1 : 0;
    addToStep(reference, block.step);
    reference.count += 1;
    block.references.set(key, reference);
    if (this.#references > REFERENCES_MAX)
      throw new UnreadableFile('too-many-lots', `A model may have at most ${REFERENCES_MAX} references.`, { line });
  }
}

/** The first block that no other one refers to: the main model, also in files that have it last. */
const mainOf = (blocks: readonly Block[]): Block | undefined => {
  const referencedNames = new Set(blocks.flatMap(({ references }) => [...references.values()].map(({ name }) => name)));
  const models = blocks.filter(({ isPart, references }) => !isPart && references.size > 0);
  return models.find(({ name }) => !referencedNames.has(name)) ?? models[0];
};

/** Counts the parts of the main model, through its submodels. */
class ModelCount {
  readonly #byName: ReadonlyMap<string, Block>;
  readonly #pieces = new Map<string, readonly Reference[]>();

  constructor(blocks: readonly Block[]) {
    this.#byName = new Map(blocks.toReversed().map((block) => [block.name, block]));
  }

  /** The parts of a block and of its submodels, each once per colour. */
  partsOf(block: Block, path: readonly string[] = []): readonly Reference[] {
    const count = this.#pieces.get(block.name);
    if (count !== undefined) return count;
    if (path.includes(block.name) || path.length > DEPTH_MAX) {
      const detail = `The submodel ${JSON.stringify(block.name.slice(0, 80))} contains itself, or is nested too deep.`;
      throw new UnreadableFile('model-recursive', detail, { field: block.name });
    }
    const parts = new Map<string, Reference>();
    for (const reference of block.references.values())
      for (const part of this.#resolve(reference, [...path, block.name])) {
        const key = `${part.colour}\n${part.name}`;
        const entry = parts.get(key);
        if (entry === undefined) parts.set(key, { ...part });
        else entry.count += part.count;
      }
    const result = [...parts.values()];
    this.#pieces.set(block.name, result);
    return result;
  }

  /** The parts that each step of a block adds, with those of its submodels. */
  *partsByStep(block: Block): Generator<Reference & { readonly step: number }> {
    for (const reference of block.references.values())
      for (const [step, count] of reference.steps ?? [[1, reference.count]])
        for (const part of this.#resolve({ ...reference, count }, [block.name])) yield { ...part, step };
  }

  #resolve(reference: Reference, path: readonly string[]): readonly Reference[] {
    const block = this.#byName.get(reference.name);
    if (block === undefined || block.isPart) return [reference];
    return this.partsOf(block, path).map((part) => ({
      ...part,
      colour: INHERITED_COLOURS.has(part.colour) ? reference.colour : part.colour,
      count: part.count * reference.count,
    }));
  }
}

const modelPart = ({ name, colour }: Reference): ModelPart => ({
  partNumber: partNumberOf(name),
  colour: INHERITED_COLOURS.has(colour) ? null : colour,
  ...(/\.(?:ldr|mpd)$/.test(name) ? { problem: missing(name) } : {}),
});

async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_LENGTH_MAX) throw new UnreadableFile('line-too-long', 'A line is longer than 64 KiB.');
    yield* lines;
  }
  yield rest;
}

/** Counts the parts of an LDraw model (.ldr, .mpd), and which step of its main model adds them. Throws `UnreadableFile`. */
export const ldrawLots = async (chunks: AsyncIterable<string>): Promise<readonly RawLot[]> => {
  const model = new ModelBlocks();
  let line = 0;
  for await (const text of linesOf(chunks)) {
    line += 1;
    if (text !== '') model.line(text.trim(), line);
  }
  const tally = new PartTally();
  const main = mainOf(model.blocks);
  if (main !== undefined) {
    const count = new ModelCount(model.blocks);
    for (const part of count.partsOf(main)) tally.add(modelPart(part), part.line, part.count);
    // Many models have one step, which ends with the file.
    if ([...main.references.values()].some(({ steps }) => steps !== undefined))
      for (const part of count.partsByStep(main)) tally.addStep(modelPart(part), part.step, part.count);
  }
  return tally.lots();
};
