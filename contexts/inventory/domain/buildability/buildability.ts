import { assignStock, type Assignment, type Demand, type Use } from './assign-stock.ts';
import type { FindChoices } from './choices.ts';
import { toleranceOf, type NeededList, type NeededLot } from './needs.ts';
import { explainOthers, type OtherChoice, type Users } from './other-choices.ts';
import type { Pile, StockPool } from './stock-pool.ts';
import { WIDEST, riskOf, type Difference, type Risk } from './tolerance.ts';

/** Pieces that serve a lot, the places to take them from, and what differs from the piece that the lot asks for. */
export type Source = Difference & {
  readonly part: string;
  readonly stockColour: string | null;
  readonly quantity: number;
  readonly places: Pile['places'];
  readonly risk: Risk;
};

export type LotResult = {
  readonly lot: NeededLot;
  readonly available: number;
  readonly sources: readonly Source[];
  readonly others: readonly OtherChoice[];
  readonly othersLeftOut: number;
};

/** Of how many, how many; in whole per cent, rounded down: 100 means that nothing is missing. */
export type Share = { readonly needed: number; readonly available: number; readonly percentage: number };
export type Progress = { readonly lots: Share; readonly pieces: Share };

export type ListResult = { readonly listId: string; readonly progress: Progress; readonly lots: readonly LotResult[] };

/** Stock that several questions are asked of. */
export type Shelves = { readonly pool: StockPool; readonly find: FindChoices };

const demandsOf = (lists: readonly NeededList[], { pool, find }: Shelves): readonly Demand[] =>
  lists.flatMap((list, rank) =>
    list.lots.map((lot) => {
      const choices = find(lot, toleranceOf(lot, list)).flatMap((choice) => {
        const reservedFor = pool.piles[choice.pile]?.reservedFor ?? null;
        if (reservedFor !== null && reservedFor !== list.listId) return [];
        // Of equal pieces those that nobody else may have go first.
        return [{ ...choice, cost: 2 * choice.cost + (reservedFor === null ? 1 : 0) }];
      });
      choices.sort((a, b) => a.cost - b.cost);
      return { lot, rank, choices };
    }),
  );

const piecesOf = (uses: readonly Use[]): number => uses.reduce((sum, { quantity }) => sum + quantity, 0);

const shareOf = (total: number, available: number): Share => ({
  needed: total,
  available,
  percentage: total === 0 ? 100 : Math.floor((available * 100) / total),
});

const progressOf = (lots: readonly NeededLot[], available: readonly number[]): Progress => ({
  lots: shareOf(lots.length, lots.filter(({ quantity }, at) => (available[at] ?? 0) >= quantity).length),
  pieces: shareOf(
    lots.reduce((sum, { quantity }) => sum + quantity, 0),
    available.reduce((sum, quantity) => sum + quantity, 0),
  ),
});

/** The progress of several lists together. */
export const sumProgress = (parts: readonly Progress[]): Progress => {
  const sum = (share: keyof Progress, of: 'needed' | 'available'): number =>
    parts.reduce((total, part) => total + part[share][of], 0);
  const shareFor = (share: keyof Progress): Share => shareOf(sum(share, 'needed'), sum(share, 'available'));
  return { lots: shareFor('lots'), pieces: shareFor('pieces') };
};

/** Hands out the places of each pile in their order. */
const placeTaker = (piles: readonly Pile[]): ((pile: number, quantity: number) => Pile['places']) => {
  const remainingPlaces = new Map<number, { holding: string; quantity: number }[]>();
  return (pile, quantity) => {
    const places = remainingPlaces.get(pile) ?? (piles[pile]?.places ?? []).map((place) => ({ ...place }));
    remainingPlaces.set(pile, places);
    const takenPlaces: Pile['places'][number][] = [];
    for (let open = quantity; open > 0 && places[0] !== undefined;) {
      const [place] = places;
      const part = Math.min(open, place.quantity);
      takenPlaces.push({ holding: place.holding, quantity: part });
      place.quantity -= part;
      open -= part;
      if (place.quantity === 0) places.shift();
    }
    return takenPlaces;
  };
};

const usersOf = (demands: readonly Demand[], assignment: Assignment): Users => {
  const users = new Map<number, string[]>();
  demands.forEach(({ lot }, at) => {
    for (const { choice } of assignment[at] ?? []) {
      const names = users.get(choice.pile);
      if (names === undefined) users.set(choice.pile, [lot.lotId]);
      else names.push(lot.lotId);
    }
  });
  return users;
};

/** Whether the uses leave nothing to explain: every piece is the very one. */
const isPlain = ({ quantity }: NeededLot, uses: readonly Use[]): boolean =>
  piecesOf(uses) === quantity && uses.every(({ choice }) => choice.path.length === 0 && choice.colour === 'same');

/**
 * What of the lists can be built together from one stock, and why so. The first list is served first; that costs no
 * piece in total.
 */
export const checkBuildability = (lists: readonly NeededList[], shelves: Shelves): readonly ListResult[] => {
  const { pool, find } = shelves;
  const demands = demandsOf(lists, shelves);
  const assignment = assignStock(demands, pool.piles);
  const users = usersOf(demands, assignment);
  const takePlaces = placeTaker(pool.piles);
  const sourceOf = ({ choice: { pile, path, colour }, quantity }: Use, { hidden }: NeededLot): Source => ({
    ...{ part: pool.piles[pile]?.part ?? '', stockColour: pool.piles[pile]?.colour ?? null, quantity, path, colour },
    places: takePlaces(pile, quantity),
    risk: riskOf({ path, colour }, hidden),
  });

  let next = 0;
  return lists.map(({ listId, lots }) => {
    const results = lots.map((lot): LotResult => {
      const uses = assignment[next] ?? [];
      const acceptedChoices = demands[next]?.choices ?? [];
      next += 1;
      const sources = uses.map((use) => sourceOf(use, lot));
      const explanation = isPlain(lot, uses)
        ? { others: [], othersLeftOut: 0 }
        : explainOthers({ listId, lot, uses, accepted: acceptedChoices, widest: find(lot, WIDEST) }, pool.piles, users);
      return { lot, available: piecesOf(uses), sources, ...explanation };
    });
    const available = results.map((result) => result.available);
    return { listId, progress: progressOf(lots, available), lots: results };
  });
};

/** How much of several lists can be built together from one stock. */
export const checkProgressOf = (lists: readonly NeededList[], shelves: Shelves): Progress =>
  progressOf(
    lists.flatMap(({ lots }) => lots),
    assignStock(demandsOf(lists, shelves), shelves.pool.piles).map(piecesOf),
  );

/** How much of a list can be built from the stock if it is built alone. */
export const checkProgress = (list: NeededList, shelves: Shelves): Progress => checkProgressOf([list], shelves);

/** The lots of which pieces are missing, with the missing quantity. */
export const missingLots = ({ lots }: Pick<ListResult, 'lots'>): readonly NeededLot[] =>
  lots.flatMap(({ lot, available }) =>
    available < lot.quantity ? [{ ...lot, quantity: lot.quantity - available }] : [],
  );
