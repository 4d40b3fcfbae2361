import { expect } from 'chai';
import fc from 'fast-check';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { mergeLots, type LotKey } from '../lots.ts';
import type { HoldingId, JournalEvent } from '../stock/holding-events.ts';
import { addToHistory, emptyHistory, replayLines, type Replay } from './ledger-history.ts';
import type { FileLine, LedgerLine } from './ledger-lines.ts';

const today = '2026-12-31';
const at = '2026-12-31T12:00:00.000Z' as Instant;
const subject = { holdingId: 'bin' as HoldingId, owner: 'ada' as UserId, at, reason: '' };

const transaction = fc.record({
  day: fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-03', '2026-01-04'),
  lot: fc.constantFrom('part:1:1', 'part:2:').map((key) => key as LotKey),
  quantity: fc.integer({ min: -4, max: 5 }).filter((quantity) => quantity !== 0),
});
const ledger = fc
  .array(transaction, { maxLength: 25 })
  .map((transactions): readonly FileLine[] =>
    transactions
      .map((line, index) => ({ line: index + 2, content: { ...line, lineId: String(index), note: '' } }))
      .toSorted((a, b) => (a.content.day < b.content.day ? -1 : a.content.day === b.content.day ? 0 : 1)),
  );

const linesIn = (file: readonly FileLine[]): readonly LedgerLine[] =>
  file.flatMap(({ content }) => (typeof content === 'string' ? [] : [content]));

/** Adds up lines in their order and leaves out those that would take more than is there. */
const addUp = (file: readonly FileLine[]): readonly LedgerLine[] => {
  const stock: Record<string, number> = {};
  return linesIn(file).filter(({ lot, quantity }) => {
    const after = (stock[lot] ?? 0) + quantity;
    if (after < 0) return false;
    stock[lot] = after;
    return true;
  });
};

/** A place to which each file is replayed as one part, or read again from its journal. */
const placeWith = (...files: readonly (readonly FileLine[])[]) => {
  const journal: JournalEvent[] = [];
  const replays = files.map((file, index): Replay => {
    const entryId = `entry ${String(index)}`;
    const history = emptyHistory();
    for (const event of journal) addToHistory(history, event);
    const replay = replayLines(history, file, { entryId, today });
    const { lines } = replay;
    if (lines.length > 0)
      journal.push({ type: 'LedgerEntered', data: { ...subject, entryId, lines, lots: mergeLots(lines) } });
    return replay;
  });
  return { journal, replays };
};

describe('laws of the replay of a ledger', () => {
  it('enters exactly the lines that adding them up by day leaves', () => {
    fc.assert(
      fc.property(ledger, (file) => {
        const [replay] = placeWith(file).replays;
        expect(replay?.lines).to.deep.equal(addUp(file));
        expect(replay?.findings.length).to.equal(file.length - (replay?.lines.length ?? 0));
      }),
    );
  });

  it('never has fewer than no pieces at the end of any day, whatever is added to its past', () => {
    fc.assert(
      fc.property(ledger, fc.infiniteStream(fc.boolean()), (file, stream) => {
        const isFirst = [...stream.take(file.length)];
        const parts = [true, false].map((side) => file.filter((_, index) => isFirst[index] === side));
        const lines = placeWith(...parts).replays.flatMap((replay) => replay.lines);
        for (const { day } of lines)
          for (const { quantity } of mergeLots(lines.filter((line) => line.day <= day)))
            expect(quantity).to.be.above(0);
      }),
    );
  });

  it('goes on with a longer ledger as if that had been the first', () => {
    fc.assert(
      fc.property(ledger, fc.nat(25), (file, count) => {
        const possible = addUp(file);
        const all = file.filter(({ content }) => possible.includes(content as LedgerLine));
        const [, second] = placeWith(all.slice(0, count), all).replays;
        expect(second?.knownLines).to.equal(Math.min(count, all.length));
        expect(second?.lines).to.deep.equal(linesIn(all.slice(count)));
      }),
    );
  });

  it('answers the same when the entry is recorded already', () => {
    fc.assert(
      fc.property(ledger, ledger, (earlier, file) => {
        const others = earlier.map((line) => ({
          ...line,
          content: { ...(line.content as LedgerLine), lineId: `${String(line.line)} before` },
        }));
        const { journal, replays } = placeWith(others, file);
        const history = emptyHistory();
        for (const event of journal) addToHistory(history, event);
        const again = replayLines(history, file, { entryId: 'entry 1', today });
        expect(again.lines).to.deep.equal(replays[1]?.lines);
        expect(again.findings.map(({ line }) => line)).to.deep.equal(replays[1]?.findings.map(({ line }) => line));
      }),
    );
  });

  it('is as if it had never been when its entry is reversed', () => {
    fc.assert(
      fc.property(ledger, (file) => {
        const { journal, replays } = placeWith(file);
        const history = emptyHistory();
        for (const event of journal) addToHistory(history, event);
        for (const { data } of journal) {
          const lots = data.lots.map(({ lot, quantity }) => ({ lot, quantity: -quantity }));
          const reversal = { ...subject, entryId: `-${data.entryId}`, reversedEntryId: data.entryId, lots };
          addToHistory(history, { type: 'EntryReversed', data: reversal });
        }
        expect(replayLines(history, file, { entryId: 'again', today })).to.deep.equal(replays[0]);
      }),
    );
  });
});
