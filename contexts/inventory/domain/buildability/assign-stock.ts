import type { Choice } from './choices.ts';
import { flowNetwork } from './min-cost-flow.ts';
import type { NeededLot } from './needs.ts';
import type { Pile } from './stock-pool.ts';

/** A lot beside all choices that it may take. Lists of a lower `rank` are served first. */
export type Demand = { readonly lot: NeededLot; readonly rank: number; readonly choices: readonly Choice[] };

export type Use = { readonly choice: Choice; readonly quantity: number };

/** The uses of each demand, in the order of the demands. */
export type Assignment = readonly (readonly Use[])[];

const sumFor = (demands: readonly Demand[], piles: readonly Pile[]): number[] => {
  const sums = piles.map(() => 0);
  for (const { lot, choices } of demands) for (const { pile } of choices) sums[pile] = (sums[pile] ?? 0) + lot.quantity;
  return sums;
};

/**
 * Serves the lots whose nearest pile is large enough for everyone who might want of it: nobody loses by that, and most
 * lots of most lists are of this kind. The others are left for the network.
 */
const serveUncontested = (demands: readonly Demand[], piles: readonly Pile[], uses: Use[][]): readonly number[] => {
  const demandSums = sumFor(demands, piles);
  return [...demands.keys()].filter((index) => {
    const { lot, choices } = demands[index] ?? { choices: [] };
    const [nearest] = choices;
    if (lot === undefined || nearest === undefined) return false;
    if ((demandSums[nearest.pile] ?? 0) > (piles[nearest.pile]?.quantity ?? 0)) return true;
    uses[index] = [{ choice: nearest, quantity: lot.quantity }];
    for (const { pile } of choices)
      if (pile !== nearest.pile) demandSums[pile] = (demandSums[pile] ?? 0) - lot.quantity;
    return false;
  });
};

/** Groups of demands that share no pile, so that each is assigned alone. */
const componentsOf = (
  contestedDemands: readonly number[],
  demands: readonly Demand[],
): readonly (readonly number[])[] => {
  const parents = new Map<number, number>();
  const rootOf = (pile: number): number => {
    let root = pile;
    for (let next = parents.get(root); next !== undefined && next !== root; next = parents.get(root)) root = next;
    parents.set(pile, root);
    return root;
  };
  for (const index of contestedDemands) {
    const [first, ...others] = demands[index]?.choices ?? [];
    if (first !== undefined) for (const { pile } of others) parents.set(rootOf(pile), rootOf(first.pile));
  }
  const groups = Map.groupBy(contestedDemands, (index) => rootOf(demands[index]?.choices[0]?.pile ?? -1));
  return [...groups.values()];
};

/** Maximum flow of minimum cost from the lots to the piles, list after list. */
const assignComponent = (
  component: readonly number[],
  demands: readonly Demand[],
  piles: readonly Pile[],
  uses: Use[][],
): void => {
  const [source, sink] = [0, 1];
  const pileIndexes = [...new Set(component.flatMap((index) => demands[index]?.choices.map(({ pile }) => pile) ?? []))];
  const nodeOf = new Map(pileIndexes.map((pile, at) => [pile, 2 + component.length + at]));
  const network = flowNetwork(2 + component.length + pileIndexes.length, source, sink);
  for (const pile of pileIndexes) network.addArc(nodeOf.get(pile) ?? sink, sink, piles[pile]?.quantity ?? 0, 0);
  const arcs = component.map((index, at) =>
    (demands[index]?.choices ?? []).map((choice) => ({
      choice,
      arc: network.addArc(2 + at, nodeOf.get(choice.pile) ?? sink, Infinity, choice.cost),
    })),
  );
  const byRank = Map.groupBy(component.entries(), ([, index]) => demands[index]?.rank ?? 0);
  for (const rank of [...byRank.keys()].sort((a, b) => a - b)) {
    for (const [at, index] of byRank.get(rank) ?? [])
      network.addArc(source, 2 + at, demands[index]?.lot.quantity ?? 0, 0);
    network.maximise();
  }
  component.forEach((index, at) => {
    uses[index] = (arcs[at] ?? []).flatMap(({ choice, arc }) => {
      const quantity = network.flowOf(arc);
      return quantity > 0 ? [{ choice, quantity }] : [];
    });
  });
};

/**
 * Serves as many pieces as the stock can: lists in the order of their rank, which costs no piece in total, and for the
 * pieces of each lot the nearest choices that leave as many to the others. No pile gives more than it has.
 */
export const assignStock = (demands: readonly Demand[], piles: readonly Pile[]): Assignment => {
  const uses: Use[][] = demands.map(() => []);
  const contestedDemands = serveUncontested(demands, piles, uses);
  // What uncontested lots took of a pile that others want as well is no longer there.
  const remainingPiles = piles.map((pile) => ({ ...pile }));
  for (const { choice, quantity } of uses.flat()) {
    const pile = remainingPiles[choice.pile];
    if (pile !== undefined) remainingPiles[choice.pile] = { ...pile, quantity: pile.quantity - quantity };
  }
  for (const component of componentsOf(contestedDemands, demands))
    assignComponent(component, demands, remainingPiles, uses);
  return uses;
};
