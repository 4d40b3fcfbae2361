import type { EventStreams } from '@lego-moc/application/event-streams';
import type { HoldingEvent, JournalEvent } from '../domain/stock/holding-events.ts';

/** The entries of a place's journal, from a revision of its stream on. */
export async function* journalOf(
  streams: Pick<EventStreams<HoldingEvent>, 'readEvents'>,
  holdingId: string,
  from = 0n,
): AsyncGenerator<{ readonly entry: JournalEvent; readonly revision: bigint }> {
  for await (const { event, revision } of streams.readEvents(holdingId, from)) {
    if (event.type === 'HoldingOpened' || event.type === 'HoldingErased' || event.type === 'MoveCompleted') continue;
    yield { entry: event, revision };
  }
}

/** An entry by its id, and whether a counter-entry has reversed it; `undefined` when the place has no such entry. */
export const findEntry = async (
  streams: Pick<EventStreams<HoldingEvent>, 'readEvents'>,
  holdingId: string,
  entryId: string,
): Promise<{ readonly entry: JournalEvent; readonly isReversed: boolean } | undefined> => {
  let result: JournalEvent | undefined;
  let isReversed = false;
  for await (const { entry } of journalOf(streams, holdingId)) {
    if (entry.data.entryId === entryId) result = entry;
    if (entry.type === 'EntryReversed' && entry.data.reversedEntryId === entryId) isReversed = true;
  }
  return result === undefined ? undefined : { entry: result, isReversed };
};
