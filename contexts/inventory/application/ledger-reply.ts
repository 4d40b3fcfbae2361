import type { FindingsReply, LedgerImportReply } from '../contracts/ledger-api.ts';
import type { KnownLedgerImport } from '../domain/ledger/ledger-import.ts';
import type { Finding, FindingReason } from '../domain/ledger/ledger-lines.ts';

/** The import of a ledger as its owner reads it. */
export const toLedgerReply = (state: KnownLedgerImport): LedgerImportReply => {
  const { importId: ledgerImportId, status, stopReason, place, lines, entered, known, findings, undo } = state;
  const { requestedAt, changedAt } = state;
  return {
    ...{ ledgerImportId, status, stopReason, ...place, lines, entered, known, findings, undo, requestedAt, changedAt },
  };
};

const DETAILS: Record<FindingReason, string> = {
  'date-unreadable': 'Write the date as 2026-01-31.',
  'kind-unknown': 'The kind is in, out or adjust.',
  'piece-unreadable': 'Name a part, set or minifig by its number, and a colour by its id.',
  'quantity-unreadable': 'The quantity is a whole number up to 1,000,000; only that of adjust may be negative.',
  'text-too-long': 'A note or an id has at most 200 characters.',
  'day-in-future': 'The day is still to come; import the file again then, with a line more.',
  'id-reused': 'A line with this id and another content counted before.',
  'not-enough-pieces': 'On this day or a later one, fewer pieces than these were there.',
};

/** A line that was left out, and what to do about it. */
export const toFindingReply = ({ line, reason, available }: Finding): FindingsReply['findings'][number] => ({
  ...{ line, reason, detail: DETAILS[reason], available },
});
