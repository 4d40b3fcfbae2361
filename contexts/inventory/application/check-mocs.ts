import type { Cause } from '@lego-moc/application/event-streams';
import { isRejection, reject, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import type { BuildBasis } from '../domain/advice/set-gains.ts';
import { checkBuildability, sumProgress, type ListResult, type Progress } from '../domain/buildability/buildability.ts';
import { choiceFinder } from '../domain/buildability/choices.ts';
import type { NeededList, StockLot } from '../domain/buildability/needs.ts';
import { stockPool } from '../domain/buildability/stock-pool.ts';
import type { LotQuantity } from '../domain/lots.ts';
import type { ReadLots } from './list-lots.ts';
import { lotsOfMocs, neededListOf, strayChoice, type LotChoice, type Tolerances } from './needed-lists.ts';
import type { CatalogueFacts } from './ports/catalogue-facts.ts';
import type { MocReader, MocToBuild } from './ports/moc-reader.ts';
import type { OwnedPieces } from './ports/owned-pieces.ts';

export type BuildDependencies = {
  readonly mocs: Pick<MocReader, 'some' | 'page'>;
  readonly readLots: ReadLots;
  readonly facts: CatalogueFacts;
  readonly ownedPieces: OwnedPieces;
};

export type MocQuestion = {
  readonly mocId: string;
  /** Those of the whole question unless the MOC has its own. */
  readonly tolerances: Tolerances;
  readonly choices: readonly LotChoice[];
};

export type BuildQuestion = {
  /** The first is served first. */
  readonly mocs: readonly MocQuestion[];
  /** `ignore`: pieces that are reserved for something else are taken as well. */
  readonly reservations: 'respect' | 'ignore';
};

export type BuildAnswer = BuildBasis & {
  readonly release: string;
  readonly inventoryRevision: string;
  /** Differs whenever the release, the pieces or a MOC do. */
  readonly tag: string;
  readonly progress: Progress;
  readonly results: readonly { readonly moc: MocToBuild; readonly result: ListResult }[];
};

export type BuildRejection = 'moc-not-found' | 'parts-not-counted' | 'lot-not-found' | 'too-many-lots';

/** All MOCs of a question together; an answer explains each lot. */
export const QUESTION_LOTS_MAX = 20_000;

/** Reserves pieces for the MOC whose parts list they were collected for. */
export const reserveForMocs = (
  lots: readonly StockLot[],
  mocs: readonly MocToBuild[],
  reservations: BuildQuestion['reservations'],
): readonly StockLot[] => {
  if (reservations === 'ignore') return lots.map((lot) => ({ ...lot, reservedFor: null }));
  const mocByList = new Map(
    mocs.flatMap(({ mocId, lists }) =>
      lists.map(({ partsListId }): [string | null, string] => [`parts-list:${partsListId}`, mocId]),
    ),
  );
  return lots.map((lot) => ({ ...lot, reservedFor: mocByList.get(lot.reservedFor) ?? lot.reservedFor }));
};

/** Answers a question of a reader. */
export type CheckMocs = ReturnType<typeof checkMocs>;

type VisibleMoc = MocQuestion & { readonly moc: MocToBuild };
type NeededMoc = { readonly moc: MocToBuild; readonly list: NeededList };

/** Says what of some MOCs can be built together from the pieces of a builder, and why so. */
export const checkMocs = ({ mocs, readLots, facts, ownedPieces }: BuildDependencies) => {
  const neededMoc = (
    { moc, tolerances, choices }: VisibleMoc,
    at: number,
    lots: readonly LotQuantity[] | undefined,
  ): NeededMoc | Rejection<BuildRejection> => {
    if (lots === undefined) return reject('parts-not-counted', 'No parts list of the MOC is counted.', { moc: at });
    const lot = strayChoice(lots, choices);
    return lot === undefined
      ? { moc, list: neededListOf(moc.mocId, lots, tolerances, choices) }
      : reject('lot-not-found', 'The MOC has no such lot.', { moc: at, lot });
  };

  return async (
    reader: UserId,
    question: BuildQuestion,
    cause: Cause,
  ): Promise<BuildAnswer | Rejection<BuildRejection>> => {
    const mocIds = question.mocs.map(({ mocId }) => mocId);
    const mocById = await mocs.some(mocIds, reader, cause);
    const visibleMocs = question.mocs.flatMap((wish): VisibleMoc[] => {
      const moc = mocById.get(wish.mocId);
      return moc === undefined ? [] : [{ ...wish, moc }];
    });
    if (visibleMocs.length < mocIds.length)
      return reject('moc-not-found', 'There is no such MOC.', {
        moc: mocIds.findIndex((mocId) => !mocById.has(mocId)),
      });

    const [stock, { release, facts: substitutes }] = await Promise.all([ownedPieces.of(reader), facts.current(cause)]);
    const wantedMocs = visibleMocs.map(({ moc }) => moc);
    const lotsOfWanted = await lotsOfMocs(readLots, wantedMocs, release, cause);
    const outcomes = visibleMocs.map((moc, at) => neededMoc(moc, at, lotsOfWanted[at]));
    const rejection = outcomes.find((outcome) => isRejection<BuildRejection>(outcome));
    if (rejection !== undefined) return rejection;
    const neededMocs = outcomes as readonly NeededMoc[];
    if (neededMocs.reduce((sum, { list }) => sum + list.lots.length, 0) > QUESTION_LOTS_MAX)
      return reject('too-many-lots', `All MOCs have at most ${String(QUESTION_LOTS_MAX)} lots together.`, {
        lotsMax: QUESTION_LOTS_MAX,
      });

    const all = neededMocs.map(({ moc }) => moc);
    const neededLists = neededMocs.map(({ list }) => list);
    const reservedStock = reserveForMocs(stock.lots, all, question.reservations);
    const pool = stockPool(reservedStock);
    const results = checkBuildability(neededLists, { pool, find: choiceFinder(pool, substitutes) });
    const revisions = all.flatMap(({ mocId, revision }) => [mocId, revision]);
    return {
      ...{ release, inventoryRevision: stock.revision, lists: neededLists, stock: reservedStock, substitutes },
      tag: derivedId('buildability', release, stock.revision, ...revisions),
      progress: sumProgress(results.map(({ progress }) => progress)),
      results: neededMocs.flatMap(({ moc }, at) => {
        const result = results[at];
        return result === undefined ? [] : [{ moc, result }];
      }),
    };
  };
};
