import type { LotKey } from '../lots.ts';
import type { JournalEvent } from './holding-events.ts';
import { additionsOf } from './open-holding.ts';

/** Pieces that came into a place on a day, or left it with a negative quantity. */
export type DatedChange = { readonly day: string; readonly lot: LotKey; readonly quantity: number };

/** The days of the entries of a journal, by entry id. */
export type EntryChanges = Map<string, readonly DatedChange[]>;

const dayOf = (event: JournalEvent): string =>
  (event.type === 'StockEntered' ? event.data.day : null) ?? event.data.at.slice(0, 10);

/** A reversed entry never was, so that it vanishes on its own days; pieces that were gone already lack on the last one. */
const reversal = (event: JournalEvent, reversedChanges: readonly DatedChange[]): readonly DatedChange[] => {
  const rest = new Map(additionsOf(event).map(({ lot, quantity }) => [lot, quantity]));
  for (const { lot, quantity } of reversedChanges) rest.set(lot, (rest.get(lot) ?? 0) + quantity);
  const day = dayOf(event);
  return [
    ...reversedChanges.map((change) => ({ ...change, quantity: -change.quantity })),
    ...[...rest].flatMap(([lot, quantity]) => (quantity === 0 ? [] : [{ day, lot, quantity }])),
  ];
};

/** What one more entry of a journal changed on which days; it is added to `earlier`, the entries before it. */
export const addDatedEntry = (earlier: EntryChanges, event: JournalEvent): readonly DatedChange[] => {
  const reversedChanges = event.type === 'EntryReversed' ? earlier.get(event.data.reversedEntryId) : undefined;
  const changes =
    event.type === 'LedgerEntered'
      ? event.data.lines
      : reversedChanges !== undefined
        ? reversal(event, reversedChanges)
        : additionsOf(event).map((lot) => ({ ...lot, day: dayOf(event) }));
  earlier.set(event.data.entryId, changes);
  return changes;
};
