import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Cause } from '@lego-moc/application/event-streams';
import { mapAtMost } from '@lego-moc/application/map-at-most';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { adviceReasons, adviseColour, type ColourAdvice } from '../domain/advice/colour-advice.ts';
import { gainOfSet, withoutUselessStock, type SetGain } from '../domain/advice/set-gains.ts';
import { itemOfKey } from '../domain/buildability/item-key.ts';
import type { ShoppingLot } from '../domain/shopping/shopping-list.ts';
import type { BuildQuestion, BuildRejection, CheckMocs } from './check-mocs.ts';
import { findMissing, type MissingPieces } from './find-missing.ts';
import type { CatalogueFacts } from './ports/catalogue-facts.ts';
import type { PartColours } from './ports/part-colours.ts';
import type { SetContents, SetInventories } from './ports/set-inventories.ts';

export type AdviceRejection = BuildRejection | 'set-inventory-not-found' | 'catalogue-moved';

/** `part` is wanted in `colour`, `quantity` times. */
export type LotAdvice = ColourAdvice & Pick<ShoppingLot, 'part' | 'quantity'> & { readonly colour: string };

export type CandidateSet = SetGain & Pick<SetContents, 'setNumber' | 'version'>;

export type Advice = MissingPieces & {
  /** The most pressing first, of those the ones that miss the most pieces. */
  readonly lots: readonly LotAdvice[];
  /** Those that bring the most pieces first. */
  readonly sets: readonly CandidateSet[];
  /** Wished sets of which the catalogue has no inventory. */
  readonly setsWithoutInventory: readonly string[];
};

/** Sets that a builder thinks of buying: those that they named have to be known, those of their wishlist need not. */
export type CandidateNumbers = { readonly named: readonly string[]; readonly wished: readonly string[] };

export type AdviceDependencies = {
  readonly check: CheckMocs;
  readonly colours: PartColours;
  readonly sets: SetInventories;
  readonly facts: CatalogueFacts;
};

/** So many sets are read at a time. */
const SETS_AT_ONCE = 4;

type ColouredLot = ShoppingLot & { readonly colour: string };

/** Parts of a certain colour: other pieces have none, and of any colour there is nothing to choose. */
const isColoured = (lot: ShoppingLot): lot is ColouredLot => lot.colour !== null && itemOfKey(lot.part).kind === 'part';

const byUrgency = (a: LotAdvice, b: LotAdvice): number =>
  adviceReasons.indexOf(a.reason) - adviceReasons.indexOf(b.reason) || b.quantity - a.quantity;

/** Advises a builder about what some MOCs miss: colours that are hard to buy, and sets that bring missing pieces. */
export const adviseMissing = ({ check, colours, sets, facts }: AdviceDependencies) => {
  const missingOf = findMissing(check);

  const gainsOf = async (
    { lists, stock, substitutes, progress }: MissingPieces['answer'],
    contents: readonly SetContents[],
  ): Promise<readonly CandidateSet[]> => {
    if (contents.length === 0) return [];
    const basis = withoutUselessStock({ lists, stock, substitutes });
    const gains: CandidateSet[] = [];
    for (const { setNumber, version, lots } of contents) {
      gains.push({ setNumber, version, ...gainOfSet(basis, progress, lots) });
      // Other requests have their turn between two sets.
      await nextTurn();
    }
    return gains.sort((a, b) => b.pieces - a.pieces);
  };

  return async (
    reader: UserId,
    question: BuildQuestion,
    { named, wished }: CandidateNumbers,
    cause: Cause,
  ): Promise<Advice | Rejection<AdviceRejection>> => {
    const missing = await missingOf(reader, question, cause);
    if (isRejection<BuildRejection>(missing)) return missing;
    const setNumbers = [...named, ...wished];
    const colouredLots = missing.list.lots.filter(isColoured);
    const [{ releases, byPart }, contents] = await Promise.all([
      colours.of([...new Set(colouredLots.map(({ part }) => part))], reader, cause),
      mapAtMost(SETS_AT_ONCE, setNumbers, (setNumber) => sets.contents(setNumber, undefined, cause)),
    ]);
    const unknownSet = contents.slice(0, named.length).indexOf(undefined);
    if (unknownSet !== -1)
      return reject('set-inventory-not-found', 'The catalogue has no inventory of this set.', { set: unknownSet });
    const knownContents = contents.filter((entry) => entry !== undefined);
    const { answer } = missing;
    const otherRelease = [...releases, ...knownContents.map(({ release }) => release)].find(
      (release) => release !== answer.release,
    );
    if (otherRelease !== undefined) {
      await facts.current(cause, otherRelease);
      return reject('catalogue-moved', 'A new release of the catalogue was imported. Ask again.');
    }

    const lots = colouredLots.flatMap(({ part, colour, quantity }): LotAdvice[] => {
      const advice = adviseColour(colour, byPart.get(part) ?? []);
      return advice === undefined ? [] : [{ ...advice, part, colour, quantity }];
    });
    const setsWithoutInventory = wished.filter((_, at) => contents[named.length + at] === undefined);
    return { ...missing, lots: lots.sort(byUrgency), sets: await gainsOf(answer, knownContents), setsWithoutInventory };
  };
};
