import type { Clock } from '@lego-moc/application/clock';
import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { UserId } from '@lego-moc/kernel/message';
import { piecesIn } from '../domain/lots.ts';
import type { HoldingEvent, Place } from '../domain/stock/holding-events.ts';
import { additionsOf } from '../domain/stock/open-holding.ts';
import type { Holdings } from './change-stock.ts';
import { journalOf } from './find-entry.ts';

export type ReversalDependencies = {
  readonly holdings: Holdings;
  readonly streams: Pick<EventStreams<HoldingEvent>, 'readEvents'>;
  readonly now: Clock;
};

/**
 * Takes back the entries of an import, the last first, as far as their pieces are still in the place; repeated, those that
 * are left. Says how many pieces they had brought, and how many of those lack.
 */
export const reverseEntries =
  ({ holdings, streams, now }: ReversalDependencies) =>
  async (
    { owner: by, place, entryIds }: { owner: UserId; place: Place; entryIds: readonly string[] },
    cause: Cause,
  ): Promise<{ readonly pieces: number; readonly lackingPieces: number }> => {
    const entryIdSet = new Set(entryIds);
    const at = now();
    const commands = [];
    let enteredPieces = 0;
    for await (const { entry } of journalOf(streams, place.holdingId)) {
      const { entryId: reversedEntryId } = entry.data;
      if (!entryIdSet.has(reversedEntryId)) continue;
      const lots = additionsOf(entry);
      enteredPieces += piecesIn(lots);
      const entryId = derivedId('reverse', place.holdingId, reversedEntryId);
      const data = { by, at, entryId, reason: 'Import undone', reversedEntryId, partially: true, lots };
      commands.push({ type: 'ReverseEntry', data } as const);
    }
    for (const command of commands.toReversed())
      await holdings.handle(place.holdingId, command, { ...cause, commandId: command.data.entryId });
    let pieces = 0;
    for await (const { entry } of journalOf(streams, place.holdingId))
      if (entry.type === 'EntryReversed' && entryIdSet.has(entry.data.reversedEntryId))
        pieces -= piecesIn(entry.data.lots);
    return { pieces, lackingPieces: enteredPieces - pieces };
  };
