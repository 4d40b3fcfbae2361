import { itemKeyOf } from '../domain/buildability/item-key.ts';
import type { NeededList, NeededLot } from '../domain/buildability/needs.ts';
import type { Tolerance } from '../domain/buildability/tolerance.ts';
import { lotKeyOf, mergeLots, pieceOf, type LotKey, type LotQuantity, type Piece } from '../domain/lots.ts';
import type { Cause } from '@lego-moc/application/event-streams';
import type { ReadLots } from './list-lots.ts';
import type { MocToBuild } from './ports/moc-reader.ts';

/** What a builder says about one lot of a MOC. */
export type LotChoice = Piece & { readonly hidden: boolean; readonly tolerance: Tolerance | null };

export type Tolerances = Pick<NeededList, 'tolerance' | 'hiddenTolerance'>;

/** The id of a lot, unique among all MOCs. */
export const lotIdOf = (mocId: string, lot: LotKey): string => `${mocId}/${lot}`;

/** The MOC and the piece that the id of a lot stands for. */
export const lotOfId = (lotId: string): { readonly mocId: string; readonly piece: Piece } => {
  const slash = lotId.indexOf('/');
  return { mocId: lotId.slice(0, slash), piece: pieceOf(lotId.slice(slash + 1) as LotKey) };
};

/** For each MOC the lots of its counted lists together; `undefined` when it has none, or one is gone. */
export const lotsOfMocs = async (
  read: ReadLots,
  mocs: readonly MocToBuild[],
  release: string,
  cause: Cause,
): Promise<readonly (readonly LotQuantity[] | undefined)[]> => {
  const jobIds = mocs.flatMap(({ lists }) => lists.map(({ jobId }) => jobId));
  const lotsByJob = await read([...new Set(jobIds)], release, cause);
  return mocs.map(({ lists }) => {
    const lots = lists.map(({ jobId }) => lotsByJob.get(jobId) ?? []);
    return lists.length === 0 || lists.some(({ jobId }) => !lotsByJob.has(jobId)) ? undefined : mergeLots(lots.flat());
  });
};

/** The list that a MOC needs. `choices` are about some of its lots. */
export const neededListOf = (
  mocId: string,
  lots: readonly LotQuantity[],
  tolerances: Tolerances,
  choices: readonly LotChoice[] = [],
): NeededList => {
  const choiceByLot = new Map(choices.map((choice) => [lotKeyOf(choice), choice]));
  return {
    ...{ listId: mocId, ...tolerances },
    lots: lots.map(({ lot, quantity }): NeededLot => {
      const { colour, ...item } = pieceOf(lot);
      const { hidden = false, tolerance = null } = choiceByLot.get(lot) ?? {};
      return { lotId: lotIdOf(mocId, lot), part: itemKeyOf(item), colour, quantity, hidden, tolerance };
    }),
  };
};

/** The first choice about a lot that the MOC does not have, by its place. */
export const strayChoice = (lots: readonly LotQuantity[], choices: readonly LotChoice[]): number | undefined => {
  const keys = new Set(lots.map(({ lot }) => lot));
  const index = choices.findIndex((choice) => !keys.has(lotKeyOf(choice)));
  return index === -1 ? undefined : index;
};
