import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Cause } from '@lego-moc/application/event-streams';
import { mapAtMost } from '@lego-moc/application/map-at-most';
import type { UserId } from '@lego-moc/kernel/message';
import { checkProgress, type Progress, type Shelves } from '../domain/buildability/buildability.ts';
import { choiceFinder } from '../domain/buildability/choices.ts';
import { stockPool } from '../domain/buildability/stock-pool.ts';
import { fingerprinter } from '../domain/buildability/stock-fingerprint.ts';
import type { Tolerance } from '../domain/buildability/tolerance.ts';
import { reserveForMocs, type BuildDependencies } from './check-mocs.ts';
import { lotsOfMoc, MOCS_AT_ONCE, neededListOf } from './needed-lists.ts';
import type { KnownScores } from './ports/known-scores.ts';
import type { MocToBuild } from './ports/moc-reader.ts';

export type MocProgress = { readonly moc: MocToBuild; readonly progress: Progress };

export type Ranking = {
  readonly release: string;
  readonly inventoryRevision: string;
  /** The most complete first, by pieces and then by lots. MOCs without lots are left out. */
  readonly mocs: readonly MocProgress[];
};

const byProgress = ({ progress: a }: MocProgress, { progress: b }: MocProgress): number =>
  b.pieces.percentage - a.pieces.percentage || b.lots.percentage - a.lots.percentage;

export type RankingDependencies = Omit<BuildDependencies, 'mocs'> & { readonly scores: KnownScores };

/**
 * Says how much of each MOC its reader can build, each as if it were built alone. A score is worked out again only when
 * the MOC's lots, the pieces that they can take, or the catalogue differ.
 */
export const rankMocs =
  ({ lists, facts, ownedPieces, scores }: RankingDependencies) =>
  async (mocs: readonly MocToBuild[], reader: UserId, tolerance: Tolerance, cause: Cause): Promise<Ranking> => {
    const [stock, { release, facts: substitutes }] = await Promise.all([ownedPieces.of(reader), facts.current(cause)]);
    const lotsOfMocs = await mapAtMost(MOCS_AT_ONCE, mocs, (moc) => lotsOfMoc(lists, moc, release, cause));
    const pool = stockPool(reserveForMocs(stock.lots, mocs, 'respect'));
    const shelves: Shelves = { pool, find: choiceFinder(pool, substitutes) };
    const fingerprintOf = fingerprinter(pool, substitutes.graph);
    const ranking: MocProgress[] = [];
    for (const [at, moc] of mocs.entries()) {
      const lots = lotsOfMocs[at];
      if (lots === undefined) continue;
      const list = neededListOf(moc.mocId, lots, { tolerance, hiddenTolerance: tolerance });
      const key = JSON.stringify([reader, moc.mocId, release, tolerance]);
      const fingerprint = fingerprintOf(list);
      const knownScore = scores.get(key);
      if (knownScore?.fingerprint === fingerprint) {
        ranking.push({ moc, progress: knownScore.progress });
        continue;
      }
      const progress = checkProgress(list, shelves);
      scores.set(key, { fingerprint, progress });
      ranking.push({ moc, progress });
      // Other requests have their turn between two MOCs.
      await nextTurn();
    }
    return { release, inventoryRevision: stock.revision, mocs: ranking.sort(byProgress) };
  };
