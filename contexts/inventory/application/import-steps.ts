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
import { additionsOf } from '../domain/stock/open-holding.ts';
import { changeStock, type StockDependencies } from './change-stock.ts';
import { journalOf } from './find-entry.ts';
import type { PartsLists } from './ports/parts-lists.ts';

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

/** Pieces that have left the place meanwhile are counted as lacking. */
const reverseImport =
  ({ holdings, streams, now }: ImportDependencies) =>
  async (state: KnownImport, cause: Cause): Promise<readonly ImportEvent[]> => {
    const { importId, owner, place, entryIds, pieces } = state;
    const entryIdSet = new Set(entryIds);
    const at = now();
    for await (const { entry } of journalOf(streams, place.holdingId)) {
      const { entryId: reversedEntryId } = entry.data;
      if (entry.type !== 'StockEntered' || !entryIdSet.has(reversedEntryId)) continue;
      const entryId = derivedId('reverse', place.holdingId, reversedEntryId);
      const data = { by: owner, at, entryId, reason: 'Import undone', reversedEntryId, partially: true };
      const command = { type: 'ReverseEntry', data: { ...data, lots: additionsOf(entry) } } as const;
      await holdings.handle(place.holdingId, command, { ...cause, commandId: entryId });
    }
    let reversedPieces = 0;
    for await (const { entry } of journalOf(streams, place.holdingId))
      if (entry.type === 'EntryReversed' && entryIdSet.has(entry.data.reversedEntryId))
        reversedPieces -= piecesIn(entry.data.lots);
    const data = { importId, owner, pieces: reversedPieces, lackingPieces: pieces - reversedPieces, at };
    return [{ type: 'ImportUndone', data }];
  };

/** Carries out the steps of an import. Each may be repeated without harm. */
export const importSteps = (needs: ImportDependencies): CarryOut<ImportStep, ImportEvent> => {
  const [enterPage, reverse] = [importPage(needs), reverseImport(needs)];
  return ({ type, data }, cause) => (type === 'ImportPage' ? enterPage(data, cause) : reverse(data, cause));
};
