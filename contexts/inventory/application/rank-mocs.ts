import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Cause } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import { checkProgress, type Progress, type Shelves } from '../domain/buildability/buildability.ts';
import { choiceFinder } from '../domain/buildability/choices.ts';
import { stockPool } from '../domain/buildability/stock-pool.ts';
import { fingerprinter } from '../domain/buildability/stock-fingerprint.ts';
import type { Tolerance } from '../domain/buildability/tolerance.ts';
import { reserveForMocs, type BuildDependencies } from './check-mocs.ts';
import { lotsOfMocs, neededListOf } from './needed-lists.ts';
import type { MocToBuild } from './ports/moc-reader.ts';
import type { Score, ScoreStore } from './ports/score-store.ts';

export type MocProgress = { readonly moc: MocToBuild; readonly progress: Progress };

export type Ranking = {
  readonly release: string;
  readonly inventoryRevision: string;
  /** The most complete first, by pieces and then by lots. MOCs without lots are left out. */
  readonly mocs: readonly MocProgress[];
};

const byProgress = ({ progress: a }: MocProgress, { progress: b }: MocProgress): number =>
  b.pieces.percentage - a.pieces.percentage || b.lots.percentage - a.lots.percentage;

export type RankingDependencies = Omit<BuildDependencies, 'mocs'> & { readonly scores: ScoreStore };

/** So many scores are worked out between two writes: a question that is repeated meanwhile finds them. */
const SCORES_PER_WRITE = 20;

/**
 * Says how much of each MOC its reader can build, each as if it were built alone. A score is worked out again only when
 * the MOC's lots, the pieces that they can take, or the catalogue differ.
 */
export const rankMocs =
  ({ readLots, facts, ownedPieces, scores }: RankingDependencies) =>
  async (mocs: readonly MocToBuild[], reader: UserId, tolerance: Tolerance, cause: Cause): Promise<Ranking> => {
    const [stock, { release, facts: substitutes }, knownScores] = await Promise.all([
      ownedPieces.of(reader),
      facts.current(cause),
      scores.of(
        reader,
        tolerance,
        mocs.map(({ mocId }) => mocId),
      ),
    ]);
    const lotsByIndex = await lotsOfMocs(readLots, mocs, release, cause);
    const pool = stockPool(reserveForMocs(stock.lots, mocs, 'respect'));
    const shelves: Shelves = { pool, find: choiceFinder(pool, substitutes) };
    const fingerprintOf = fingerprinter(pool, substitutes.graph);
    const ranking: MocProgress[] = [];
    const newScores = new Map<string, Score>();
    const writeScores = async (): Promise<void> => {
      if (newScores.size > 0) await scores.put(reader, tolerance, newScores);
      newScores.clear();
    };
    for (const [at, moc] of mocs.entries()) {
      const lots = lotsByIndex[at];
      if (lots === undefined) continue;
      const list = neededListOf(moc.mocId, lots, { tolerance, hiddenTolerance: tolerance });
      const fingerprint = derivedId(release, fingerprintOf(list));
      const knownScore = knownScores.get(moc.mocId);
      if (knownScore?.fingerprint === fingerprint) {
        ranking.push({ moc, progress: knownScore.progress });
        continue;
      }
      const progress = checkProgress(list, shelves);
      newScores.set(moc.mocId, { fingerprint, progress });
      ranking.push({ moc, progress });
      if (newScores.size >= SCORES_PER_WRITE) await writeScores();
      // Other requests have their turn between two MOCs.
      await nextTurn();
    }
    await writeScores();
    return { release, inventoryRevision: stock.revision, mocs: ranking.sort(byProgress) };
  };
