import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { Place } from '../stock/holding-events.ts';
import type {
  LedgerEvent,
  LedgerImportId,
  LedgerImportRequested,
  LedgerPartReceived,
  LedgerPartReplayed,
  LedgerStopReason,
} from './ledger-events.ts';

export type KnownLedgerImport = {
  readonly status: 'receiving' | 'running' | 'completed' | 'stopped' | 'undoing' | 'undone';
  readonly importId: LedgerImportId;
  readonly owner: UserId;
  readonly place: Place;
  /** Counts the requests: an import that was undone and is asked for again makes other entries. */
  readonly round: number;
  readonly lines: number;
  readonly parts: number;
  readonly receivedParts: number;
  readonly replayedParts: number;
  readonly entryIds: readonly string[];
  readonly entered: number;
  readonly known: number;
  readonly findings: number;
  readonly stopReason: LedgerStopReason | null;
  readonly undo: { readonly pieces: number; readonly lackingPieces: number } | null;
  readonly requestedAt: Instant;
  readonly changedAt: Instant;
};

/** A ledger on its way into a place of the stock. Its lines stay in the stream. */
export type LedgerImport = { readonly status: 'absent' } | { readonly status: 'erased' } | KnownLedgerImport;

export type RequestLedgerImport = Message<'RequestLedgerImport', LedgerImportRequested['data']>;
export type ReceiveLedgerPart = Message<'ReceiveLedgerPart', LedgerPartReceived['data']>;
export type UndoLedgerImport = Message<'UndoLedgerImport', { readonly by: UserId; readonly at: Instant }>;
export type EraseLedgerImport = Message<'EraseLedgerImport', { readonly at: Instant }>;
export type LedgerCommand = RequestLedgerImport | ReceiveLedgerPart | UndoLedgerImport | EraseLedgerImport;

export type LedgerRejection = 'import-not-found' | 'import-running' | 'owner-erased';

const importNotFound = reject('import-not-found', 'You have no such import.');

const isKnown = (state: LedgerImport): state is KnownLedgerImport =>
  state.status !== 'absent' && state.status !== 'erased';

const request = ({ data }: RequestLedgerImport, state: LedgerImport): Decision<LedgerEvent, LedgerRejection> => {
  if (state.status === 'undoing') return reject('import-running', 'The import is being undone; ask again then.');
  const isNew = state.status === 'absent' || state.status === 'undone' || state.status === 'stopped';
  return isNew ? [{ type: 'LedgerImportRequested', data }] : [];
};

const receive = ({ data }: ReceiveLedgerPart, state: LedgerImport): readonly LedgerEvent[] =>
  state.status === 'receiving' && data.part === state.receivedParts ? [{ type: 'LedgerPartReceived', data }] : [];

const undo = ({ data }: UndoLedgerImport, state: LedgerImport): Decision<LedgerEvent, LedgerRejection> => {
  if (!isKnown(state) || state.owner !== data.by) return importNotFound;
  if (state.status === 'undoing' || state.status === 'undone') return [];
  if (state.status === 'receiving' || state.status === 'running')
    return reject('import-running', 'The import is not finished; undo it then.');
  const { importId, owner } = state;
  return [{ type: 'LedgerUndoRequested', data: { importId, owner, at: data.at } }];
};

const decide = (command: LedgerCommand, state: LedgerImport): Decision<LedgerEvent, LedgerRejection> => {
  if (command.type === 'EraseLedgerImport')
    return state.status === 'erased' ? [] : [{ type: 'LedgerImportErased', data: command.data }];
  if (state.status === 'erased') return reject('owner-erased', 'The account of the owner was erased.');
  switch (command.type) {
    case 'RequestLedgerImport':
      return request(command, state);
    case 'ReceiveLedgerPart':
      return receive(command, state);
    case 'UndoLedgerImport':
      return undo(command, state);
    default:
      return unreachable(command);
  }
};

const begin = ({ at, ...data }: LedgerImportRequested['data'], before: LedgerImport): KnownLedgerImport => {
  const earlier = isKnown(before) ? before : undefined;
  const receivedParts = earlier?.receivedParts ?? 0;
  return {
    ...data,
    status: receivedParts === data.parts ? 'running' : 'receiving',
    round: (earlier?.round ?? 0) + 1,
    ...{ receivedParts, replayedParts: 0, entered: 0, known: 0, findings: 0 },
    // Of an import that was stopped, what has been entered is still to be undone.
    entryIds: earlier?.status === 'stopped' ? earlier.entryIds : [],
    ...{ stopReason: null, undo: null, requestedAt: at, changedAt: at },
  };
};

const addPart = (state: KnownLedgerImport, { data }: LedgerPartReplayed): KnownLedgerImport => {
  const replayedParts = state.replayedParts + 1;
  return {
    ...state,
    status: replayedParts === state.parts ? 'completed' : 'running',
    replayedParts,
    entryIds: data.entered === 0 ? state.entryIds : [...state.entryIds, data.entryId],
    entered: state.entered + data.entered,
    known: state.known + data.known,
    findings: state.findings + data.findings.length,
    changedAt: data.at,
  };
};

const evolve = (state: LedgerImport, event: LedgerEvent): LedgerImport => {
  if (event.type === 'LedgerImportErased' || state.status === 'erased') return { status: 'erased' };
  if (event.type === 'LedgerImportRequested') return begin(event.data, state);
  if (state.status === 'absent') return state;
  const { at: changedAt } = event.data;
  switch (event.type) {
    case 'LedgerPartReceived': {
      const receivedParts = state.receivedParts + 1;
      return { ...state, receivedParts, status: receivedParts === state.parts ? 'running' : 'receiving', changedAt };
    }
    case 'LedgerPartReplayed':
      return addPart(state, event);
    case 'LedgerImportStopped':
      return { ...state, status: 'stopped', stopReason: event.data.reason, changedAt };
    case 'LedgerUndoRequested':
      return { ...state, status: 'undoing', changedAt };
    case 'LedgerImportUndone': {
      const { pieces, lackingPieces } = event.data;
      return { ...state, status: 'undone', undo: { pieces, lackingPieces }, changedAt };
    }
    default:
      return unreachable(event);
  }
};

/** A ledger is replayed into a place once, however often its file is sent, and can be undone. */
export const ledgerDecider: Decider<LedgerCommand, LedgerImport, LedgerEvent, LedgerRejection> = {
  initial: { status: 'absent' },
  decide,
  evolve,
};
