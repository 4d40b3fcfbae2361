import type { EventStreams } from '@lego-moc/application/event-streams';
import type { LotKey } from '../domain/lots.ts';
import { addDatedEntry, type DatedChange, type EntryChanges } from '../domain/stock/dated-changes.ts';
import type { HoldingEvent } from '../domain/stock/holding-events.ts';
import { journalOf } from './find-entry.ts';

async function* changesIn(
  streams: Pick<EventStreams<HoldingEvent>, 'readEvents'>,
  holdingId: string,
): AsyncGenerator<DatedChange> {
  const entries: EntryChanges = new Map();
  for await (const { entry } of journalOf(streams, holdingId)) yield* addDatedEntry(entries, entry);
}

/** The pieces that lay in some places at the end of a day, by lot. */
export const pastStock =
  (streams: Pick<EventStreams<HoldingEvent>, 'readEvents'>) =>
  async (holdingIds: readonly string[], day: string): Promise<ReadonlyMap<LotKey, number>> => {
    const lots = new Map<LotKey, number>();
    for (const holdingId of holdingIds)
      for await (const change of changesIn(streams, holdingId))
        if (change.day <= day) lots.set(change.lot, (lots.get(change.lot) ?? 0) + change.quantity);
    for (const [lot, quantity] of lots) if (quantity === 0) lots.delete(lot);
    return lots;
  };
