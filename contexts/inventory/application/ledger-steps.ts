import type { Clock } from '@lego-moc/application/clock';
import { StreamMoved, type Cause, type EventStreams } from '@lego-moc/application/event-streams';
import type { CarryOut } from '@lego-moc/application/process-runner';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import type { LedgerEvent, LedgerPartReplayed } from '../domain/ledger/ledger-events.ts';
import {
  addToHistory,
  emptyHistory,
  markRecorded,
  replayLines,
  type LedgerHistory,
} from '../domain/ledger/ledger-history.ts';
import type { KnownLedgerImport } from '../domain/ledger/ledger-import.ts';
import type { FileLine } from '../domain/ledger/ledger-lines.ts';
import type { LedgerStep } from '../domain/ledger/ledger-process.ts';
import { mergeLots } from '../domain/lots.ts';
import type { HoldingEvent } from '../domain/stock/holding-events.ts';
import { changeStock, type StockDependencies } from './change-stock.ts';
import { reverseEntries } from './reverse-entries.ts';

export type LedgerDependencies = StockDependencies & {
  readonly streams: Pick<EventStreams<HoldingEvent>, 'readEvents'>;
  readonly ledgers: Pick<EventStreams<LedgerEvent>, 'readEvents'>;
  readonly now: Clock;
};

/** How often a part is replayed anew because the place changed meanwhile. */
const ATTEMPTS_MAX = 10;

type History = { readonly history: LedgerHistory; readonly revision: bigint | 'no-stream' };

/** The history of a place up to its last event; one that was read for the part before is read on from there. */
const readHistory = async (
  streams: LedgerDependencies['streams'],
  holdingId: string,
  before: History | undefined,
): Promise<History> => {
  const history = before?.history ?? emptyHistory();
  let revision = before?.revision ?? 'no-stream';
  for await (const { event, revision: at } of streams.readEvents(
    holdingId,
    revision === 'no-stream' ? 0n : revision + 1n,
  )) {
    revision = at;
    if (event.type !== 'HoldingOpened' && event.type !== 'HoldingErased' && event.type !== 'MoveCompleted')
      addToHistory(history, event);
  }
  return { history, revision };
};

/** The lines of a part, which was received right behind the request or later. */
const linesOf = async (
  ledgers: LedgerDependencies['ledgers'],
  importId: string,
  part: number,
): Promise<readonly FileLine[]> => {
  for await (const { event } of ledgers.readEvents(importId, BigInt(part) + 1n))
    if (event.type === 'LedgerPartReceived' && event.data.part === part) return event.data.lines;
  throw new Error(`Part ${String(part)} of the ledger import ${importId} is not in its stream`);
};

type Part = { readonly state: KnownLedgerImport; readonly lines: readonly FileLine[]; readonly cause: Cause };

/** Replays the next part under an id that follows from its place in the import, so that no part counts twice. */
const replayPart = (needs: LedgerDependencies) => {
  const { streams, ledgers, now } = needs;
  /** That of the place of the last part, as a rule the place of the next one. It has a few megabytes. */
  let last: (History & { readonly holdingId: string }) | undefined;

  /** Throws `StreamMoved` when the place changed between its history and the entry. */
  const replayOnce = async ({ state, lines: fileLines, cause }: Part): Promise<LedgerPartReplayed | Rejection> => {
    const { importId, owner, place, round, replayedParts: part } = state;
    const { holdingId } = place;
    const earlier = last?.holdingId === holdingId ? last : undefined;
    // A history that is not recorded to its end would count lines that are nowhere.
    last = undefined;
    const { history, revision } = await readHistory(streams, holdingId, earlier);
    const at = now();
    const entryId = derivedId('ledger', importId, String(round), String(part));
    const isRecorded = history.entries.has(entryId);
    const { lines, knownLines: known, findings } = replayLines(history, fileLines, { entryId, today: at.slice(0, 10) });
    if (lines.length === 0 || isRecorded) last = { holdingId, history, revision };
    else {
      const lots = mergeLots(lines);
      const data = { by: owner, at, entryId, reason: 'Ledger', place, lots, lines };
      const outcome = await changeStock(needs)(
        { type: 'EnterLedger', data },
        { ...cause, commandId: derivedId(entryId, String(revision)) },
        revision,
      );
      if (isRejection(outcome)) return outcome;
      // The lines are in the history already; the next part reads on behind them.
      markRecorded(history, entryId, lines);
      last = { holdingId, history, revision: outcome.revision };
    }
    const data = { importId, owner, part, entryId, entered: lines.length, known, findings, at };
    return { type: 'LedgerPartReplayed', data };
  };

  return async (state: KnownLedgerImport, cause: Cause): Promise<readonly LedgerEvent[]> => {
    const { importId, owner, replayedParts } = state;
    const lines = await linesOf(ledgers, importId, replayedParts);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const result = await replayOnce({ state, lines, cause });
        if (!isRejection(result)) return [result];
        const reason = result.rejected === 'inventory-full' ? 'inventory-full' : 'holding-full';
        return [{ type: 'LedgerImportStopped', data: { importId, owner, reason, at: now() } }];
      } catch (error) {
        if (!(error instanceof StreamMoved) || attempt === ATTEMPTS_MAX) throw error;
      }
    }
  };
};

/** Carries out the steps of the import of a ledger. Each may be repeated without harm. */
export const ledgerSteps = (needs: LedgerDependencies): CarryOut<LedgerStep, LedgerEvent> => {
  const [replay, reverse] = [replayPart(needs), reverseEntries(needs)];
  return async ({ type, data }, cause) => {
    if (type === 'ReplayPart') return replay(data, cause);
    const { importId, owner } = data;
    const undo = await reverse(data, cause);
    return [{ type: 'LedgerImportUndone', data: { importId, owner, ...undo, at: needs.now() } }];
  };
};
