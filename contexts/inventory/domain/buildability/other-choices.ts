import type { Use } from './assign-stock.ts';
import type { Choice } from './choices.ts';
import type { NeededLot } from './needs.ts';
import type { Pile } from './stock-pool.ts';
import type { Difference } from './tolerance.ts';

/**
 * Why a choice was not taken: a nearer one served (`farther`), other lots need its pieces (`used-by-other-lots`),
 * another list has reserved them (`reserved`), or the lot does not accept the difference (`outside-tolerance`).
 */
export type Reason = 'farther' | 'used-by-other-lots' | 'reserved' | 'outside-tolerance';

export type OtherChoice = Difference & {
  readonly part: string;
  readonly stockColour: string | null;
  /** All pieces of the pile, used or not. */
  readonly quantity: number;
  readonly reason: Reason;
  /** The first lots that use the pieces, for `used-by-other-lots`. */
  readonly usedBy: readonly string[];
};

/** Nobody compares more choices for one lot; the rest is counted. */
export const OTHER_CHOICES_MAX = 5;
const USERS_MAX = 3;

/** A lot beside its outcome. `widest` are its choices if it accepted everything. */
export type DecidedLot = {
  readonly listId: string;
  readonly lot: NeededLot;
  readonly uses: readonly Use[];
  readonly accepted: readonly Choice[];
  readonly widest: readonly Choice[];
};

/** The lots that use each pile. */
export type Users = ReadonlyMap<number, readonly string[]>;

const reasonFor = (choice: Choice, { listId, uses, accepted }: DecidedLot, pile: Pile, isShort: boolean): Reason => {
  if (pile.reservedFor !== null && pile.reservedFor !== listId) return 'reserved';
  const acceptedChoice = accepted.find((candidate) => candidate.pile === choice.pile);
  if (acceptedChoice === undefined) return 'outside-tolerance';
  const farthest = Math.max(...uses.map((use) => use.choice.cost));
  return !isShort && acceptedChoice.cost >= farthest ? 'farther' : 'used-by-other-lots';
};

/** Why each other choice lost, nearest first. */
export const explainOthers = (
  decidedLot: DecidedLot,
  piles: readonly Pile[],
  users: Users,
): { readonly others: readonly OtherChoice[]; readonly othersLeftOut: number } => {
  const { lot, uses, widest } = decidedLot;
  const isShort = uses.reduce((sum, { quantity }) => sum + quantity, 0) < lot.quantity;
  const losers = widest.filter(({ pile }) => !uses.some(({ choice }) => choice.pile === pile));
  const others = losers.slice(0, OTHER_CHOICES_MAX).flatMap((choice): OtherChoice[] => {
    const pile = piles[choice.pile];
    if (pile === undefined) return [];
    const reason = reasonFor(choice, decidedLot, pile, isShort);
    const usedBy = reason === 'used-by-other-lots' ? (users.get(choice.pile) ?? []).slice(0, USERS_MAX) : [];
    const { path, colour } = choice;
    return [{ part: pile.part, stockColour: pile.colour, quantity: pile.quantity, path, colour, reason, usedBy }];
  });
  return { others, othersLeftOut: losers.length - others.length };
};
