import { msBetween } from '@lego-moc/kernel/instant';
import type { Message } from '@lego-moc/kernel/message';
import type { Process } from '@lego-moc/kernel/process';
import type { LedgerEvent } from './ledger-events.ts';
import { ledgerDecider, type KnownLedgerImport, type LedgerImport } from './ledger-import.ts';

/** Replays the next part into the place. */
export type ReplayPart = Message<'ReplayPart', KnownLedgerImport>;
/** Reverses all entries of the import. */
export type ReverseLedger = Message<'ReverseLedger', KnownLedgerImport>;
export type LedgerStep = ReplayPart | ReverseLedger;

/** A client sends all parts of a file with one request. */
export const RECEIVING_MAX_MS = 600_000;
/** How long a replay may stand still before it stops. */
export const REPLAY_SILENCE_MAX_MS = 3_600_000;

/** Replays a ledger into the stock part by part, and takes it out again when its owner wants that. */
export const ledgerImport: Process<LedgerEvent, LedgerImport, LedgerStep> = {
  name: 'ledgerImport',
  initial: ledgerDecider.initial,
  evolve: ledgerDecider.evolve,
  due: (state) => {
    if (state.status === 'running') return [{ type: 'ReplayPart', data: state }];
    return state.status === 'undoing' ? [{ type: 'ReverseLedger', data: state }] : [];
  },
  overdue: (state, lastMovedAt, now) => {
    if (state.status !== 'receiving' && state.status !== 'running') return [];
    const isReceiving = state.status === 'receiving';
    const silenceMaxMs = isReceiving ? RECEIVING_MAX_MS : REPLAY_SILENCE_MAX_MS;
    if (msBetween(lastMovedAt, now) <= silenceMaxMs) return [];
    const { importId, owner } = state;
    const reason = isReceiving ? 'incomplete' : 'overdue';
    return [{ type: 'LedgerImportStopped', data: { importId, owner, reason, at: now } }];
  },
};
