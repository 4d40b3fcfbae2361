import type { Clock } from '@lego-moc/application/clock';
import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import type { CarryOut } from '@lego-moc/application/process-runner';
import { isRejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { ImportEvent, StopReason } from '../domain/imports/import-events.ts';
import type { ImportStep } from '../domain/imports/import-process.ts';
import type { KnownImport } from '../domain/imports/stock-import.ts';
import { mergeLots, piecesIn } from '../domain/lots.ts';
import type { HoldingEvent } from '../domain/stock/holding-events.ts';
import { changeStock, type StockDependencies } from './change-stock.ts';
import type { PartsLists } from './ports/parts-lists.ts';
import { reverseEntries } from './reverse-entries.ts';

export type ImportDependencies = StockDependencies & {
  readonly streams: Pick<EventStreams<HoldingEvent>, 'readEvents'>;
  readonly lists: PartsLists;
  readonly now: Clock;
};

/** Pages of a thousand lots: more than any file in use has. */
const PAGES_MAX = 500;

/** Enters the next page under an id that follows from its place in the import, so that no page is entered twice. */
const importPage =
  (needs: ImportDependencies) =>
  async (state: KnownImport, cause: Cause): Promise<readonly ImportEvent[]> => {
    const { importId, owner, jobId, place, round, cursor, entryIds } = state;
    const at = needs.now();
    const stop = (reason: StopReason): readonly ImportEvent[] => [
      { type: 'ImportStopped', data: { importId, owner, reason, at } },
    ];
    if (entryIds.length >= PAGES_MAX) return stop('too-many-pages');
    const page = await needs.lists.page(jobId, cursor, cause);
    if (page === undefined) return stop('job-gone');
    const lots = mergeLots(page.lots);
    const entryId = derivedId('import', importId, String(round), String(cursor));
    const entry = { by: owner, at, entryId, reason: 'Import', place, day: null, lots };
    const outcome = await changeStock(needs)({ type: 'EnterStock', data: entry }, { ...cause, commandId: entryId });
    if (isRejection(outcome)) return stop('holding-full');
    const { skippedLots, nextCursor } = page;
    const data = { importId, owner, entryId, lots: lots.length, pieces: piecesIn(lots), skippedLots, nextCursor, at };
    return [{ type: 'PageImported', data }];
  };

/** Carries out the steps of an import. Each may be repeated without harm. */
export const importSteps = (needs: ImportDependencies): CarryOut<ImportStep, ImportEvent> => {
  const [enterPage, reverse] = [importPage(needs), reverseEntries(needs)];
  return async ({ type, data }, cause) => {
    if (type === 'ImportPage') return enterPage(data, cause);
    const { importId, owner } = data;
    const undo = await reverse(data, cause);
    return [{ type: 'ImportUndone', data: { importId, owner, ...undo, at: needs.now() } }];
  };
};
