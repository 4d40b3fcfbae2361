import type { LotKey } from '../lots.ts';
import { addDatedEntry, type DatedChange, type EntryChanges } from '../stock/dated-changes.ts';
import type { JournalEvent } from '../stock/holding-events.ts';
import type { FileLine, Finding, LedgerLine } from './ledger-lines.ts';

type KnownLine = { readonly content: string; readonly entryId: string };

/** The journal of a place by day. Grows with each entry and each line; not to be kept when one of them was not recorded. */
export type LedgerHistory = {
  readonly entries: EntryChanges;
  /** The changes of a lot by day, and of one day in the order of their appearance. */
  readonly byLot: Map<LotKey, DatedChange[]>;
  readonly totals: Map<LotKey, number>;
  readonly knownLines: Map<string, KnownLine>;
  readonly linesOfEntries: Map<string, readonly string[]>;
};

export const emptyHistory = (): LedgerHistory => ({
  ...{ entries: new Map(), byLot: new Map(), totals: new Map(), knownLines: new Map(), linesOfEntries: new Map() },
});

const contentOf = ({ day, lot, quantity }: LedgerLine): string => JSON.stringify([day, lot, quantity]);

/** The place of a change behind all others of its day. */
const placeIn = (changes: readonly DatedChange[], day: string): number => {
  const index = changes.findLastIndex((change) => change.day <= day);
  return index + 1;
};

const addChange = ({ byLot, totals }: LedgerHistory, change: DatedChange): void => {
  const changes = byLot.get(change.lot) ?? [];
  changes.splice(placeIn(changes, change.day), 0, change);
  byLot.set(change.lot, changes);
  totals.set(change.lot, (totals.get(change.lot) ?? 0) + change.quantity);
};

/** How many pieces of a lot there are behind all changes of a day, or at the end of a later one, at the least. */
const leastFrom = ({ byLot, totals }: LedgerHistory, lot: LotKey, day: string): number => {
  const changes = byLot.get(lot) ?? [];
  let balance = totals.get(lot) ?? 0;
  let least = balance;
  let dayOfBalance = '';
  for (const change of changes.slice(placeIn(changes, day)).toReversed()) {
    if (change.day !== dayOfBalance) least = Math.min(least, balance);
    dayOfBalance = change.day;
    balance -= change.quantity;
  }
  return Math.min(least, balance);
};

const addLine = ({ knownLines }: LedgerHistory, line: LedgerLine, entryId: string): void => {
  knownLines.set(line.lineId, { content: contentOf(line), entryId });
};

/** Says that replayed lines are the entry `entryId` of the journal now. */
export const markRecorded = (history: LedgerHistory, entryId: string, lines: readonly LedgerLine[]): void => {
  history.entries.set(entryId, lines);
  history.linesOfEntries.set(
    entryId,
    lines.map(({ lineId }) => lineId),
  );
};

/** The history with one more entry of the journal. */
export const addToHistory = (history: LedgerHistory, event: JournalEvent): void => {
  for (const change of addDatedEntry(history.entries, event)) addChange(history, change);
  const { entryId } = event.data;
  if (event.type === 'LedgerEntered') {
    for (const line of event.data.lines) addLine(history, line, entryId);
    markRecorded(history, entryId, event.data.lines);
  }
  // Lines of an import that was undone count again when they come again.
  if (event.type === 'EntryReversed')
    for (const lineId of history.linesOfEntries.get(event.data.reversedEntryId) ?? [])
      history.knownLines.delete(lineId);
};

export type Replay = {
  /** The lines that count from now on. */
  readonly lines: readonly LedgerLine[];
  /** How many lines counted before. */
  readonly knownLines: number;
  readonly findings: readonly Finding[];
};

type Place = { readonly entryId: string; readonly today: string; readonly isRecorded: boolean };
type Verdict = 'new' | 'recorded' | 'known' | Pick<Finding, 'reason' | 'available'>;

const verdictOn = (history: LedgerHistory, line: LedgerLine, { entryId, today, isRecorded }: Place): Verdict => {
  const earlier = history.knownLines.get(line.lineId);
  if (earlier !== undefined) {
    if (earlier.content !== contentOf(line)) return { reason: 'id-reused', available: null };
    return isRecorded && earlier.entryId === entryId ? 'recorded' : 'known';
  }
  if (line.day > today) return { reason: 'day-in-future', available: null };
  const available = leastFrom(history, line.lot, line.day);
  // What an entry that is recorded does not have was refused then.
  const isRefused = isRecorded || (line.quantity < 0 && available + line.quantity < 0);
  return isRefused ? { reason: 'not-enough-pieces', available } : 'new';
};

/**
 * Replays lines in their order under the id of the entry that they will be. A line counts once; one that would leave
 * fewer than no pieces, on its day or on a later one, is a finding. When the entry is recorded already, the answer is
 * what it was then.
 */
export const replayLines = (
  history: LedgerHistory,
  fileLines: readonly FileLine[],
  { entryId, today }: { readonly entryId: string; readonly today: string },
): Replay => {
  const place = { entryId, today, isRecorded: history.entries.has(entryId) };
  const lines = new Map<string, LedgerLine>();
  const findings: Finding[] = [];
  for (const { line, content } of fileLines) {
    if (typeof content === 'string') {
      findings.push({ line, reason: content, available: null });
      continue;
    }
    const verdict = verdictOn(history, content, place);
    if (typeof verdict === 'object') findings.push({ line, ...verdict });
    if (verdict === 'new' || verdict === 'recorded') lines.set(content.lineId, content);
    if (verdict !== 'new') continue;
    addChange(history, content);
    addLine(history, content, entryId);
  }
  return { lines: [...lines.values()], knownLines: fileLines.length - findings.length - lines.size, findings };
};
