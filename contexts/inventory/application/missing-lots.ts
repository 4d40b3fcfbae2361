import type { Cause } from '@lego-moc/application/event-streams';
import { LISTED_LOTS_MAX } from '@lego-moc/file-processing/contracts/list-api';
import { reject, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { checkBuildability, missingLots, type Progress } from '../domain/buildability/buildability.ts';
import { choiceFinder } from '../domain/buildability/choices.ts';
import { itemOfKey } from '../domain/buildability/item-key.ts';
import { stockPool } from '../domain/buildability/stock-pool.ts';
import type { Tolerance } from '../domain/buildability/tolerance.ts';
import { LOTS_MAX } from '../domain/inventory-item.ts';
import { reserveForMocs, type BuildDependencies, type BuildQuestion } from './check-mocs.ts';
import { neededListOf } from './needed-lists.ts';
import type { PieceQuantity } from './ports/list-exporter.ts';
import type { PartsLists } from './ports/parts-lists.ts';

export type MissingDependencies = Pick<BuildDependencies, 'facts' | 'ownedPieces'> & {
  readonly lists: Pick<PartsLists, 'read'>;
};

export type MissingQuestion = Pick<BuildQuestion, 'reservations'> & {
  readonly jobId: string;
  readonly tolerance: Tolerance;
};

export type MissingLots = {
  readonly fileName: string;
  readonly release: string;
  readonly inventoryRevision: string;
  readonly progress: Progress;
  readonly lots: readonly PieceQuantity[];
};

export type MissingRejection = 'no-such-job' | 'not-completed' | 'too-many-lots';

const tooManyLots = (lotsMax: number, text: string): Rejection<MissingRejection> =>
  reject('too-many-lots', `${text} at most ${String(lotsMax)} lots.`, { lotsMax });

/** Says what one parts list has that its owner's pieces lack. Pieces that were collected for the list serve it. */
export const findMissingLots =
  ({ lists, facts, ownedPieces }: MissingDependencies) =>
  async (
    reader: UserId,
    { jobId, tolerance, reservations }: MissingQuestion,
    cause: Cause,
  ): Promise<MissingLots | Rejection<MissingRejection>> => {
    const content = await lists.read(jobId, reader, cause);
    if (content === 'no-such-job') return reject(content, 'You have no such job.');
    if (content === 'not-completed') return reject(content, 'The list is not read yet, or cannot be.');
    if (content.lots.length > LOTS_MAX) return tooManyLots(LOTS_MAX, 'A list that is compared has');

    const [stock, { release, facts: substitutes }] = await Promise.all([ownedPieces.of(reader), facts.current(cause)]);
    const { partsListId, fileName } = content;
    const moc = { mocId: jobId, title: '', revision: '', lists: [{ partsListId, jobId }], uncountedLists: 0 };
    const pool = stockPool(reserveForMocs(stock.lots, [moc], reservations));
    const list = neededListOf(jobId, content.lots, { tolerance, hiddenTolerance: tolerance });
    const [result] = checkBuildability([list], { pool, find: choiceFinder(pool, substitutes) });
    if (result === undefined) throw new Error(`No answer about job ${jobId}`);
    const lots = missingLots(result).map(({ part, colour, quantity }) => ({ ...itemOfKey(part), colour, quantity }));
    if (lots.length > LISTED_LOTS_MAX) return tooManyLots(LISTED_LOTS_MAX, 'What a list misses may have');
    return { fileName, release, inventoryRevision: stock.revision, progress: result.progress, lots };
  };
