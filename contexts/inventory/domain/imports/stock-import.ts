import { reject, unreachable, type Decider, type Decision } from '@lego-moc/kernel/decider';
import type { Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { Place } from '../stock/holding-events.ts';
import type { ImportEvent, ImportId, ImportRequested, PageImported, StopReason } from './import-events.ts';

export type KnownImport = {
  readonly status: 'running' | 'completed' | 'stopped' | 'undoing' | 'undone';
  readonly importId: ImportId;
  readonly owner: UserId;
  readonly jobId: string;
  readonly place: Place;
  /** Counts the requests: an import that was undone and is asked for again makes other entries. */
  readonly round: number;
  readonly cursor: number;
  readonly entryIds: readonly string[];
  readonly lots: number;
  readonly pieces: number;
  readonly skippedLots: number;
  readonly stopReason: StopReason | null;
  readonly undo: { readonly pieces: number; readonly lackingPieces: number } | null;
  readonly requestedAt: Instant;
  readonly changedAt: Instant;
};

/** The lots of one job on their way into the stock. */
export type StockImport = { readonly status: 'absent' } | { readonly status: 'erased' } | KnownImport;

export type RequestImport = Message<'RequestImport', ImportRequested['data']>;
export type UndoImport = Message<'UndoImport', { readonly by: UserId; readonly at: Instant }>;
export type EraseImport = Message<'EraseImport', { readonly at: Instant }>;
export type ImportCommand = RequestImport | UndoImport | EraseImport;

export type ImportRejection = 'import-not-found' | 'import-running' | 'import-elsewhere' | 'owner-erased';

const importNotFound = reject('import-not-found', 'You have no such import.');

const request = ({ data }: RequestImport, state: StockImport): Decision<ImportEvent, ImportRejection> => {
  if (state.status !== 'absent' && state.status !== 'erased') {
    if (state.status === 'undoing') return reject('import-running', 'The import is being undone; ask again then.');
    if (state.status !== 'undone')
      return state.place.holdingId === data.place.holdingId
        ? []
        : reject(
            'import-elsewhere',
            'This file was imported into another place; undo that import, or move the pieces.',
          );
  }
  return [{ type: 'ImportRequested', data }];
};

const decide = (command: ImportCommand, state: StockImport): Decision<ImportEvent, ImportRejection> => {
  if (command.type === 'EraseImport')
    return state.status === 'erased' ? [] : [{ type: 'ImportErased', data: command.data }];
  if (state.status === 'erased') return reject('owner-erased', 'The account of the owner was erased.');
  if (command.type === 'RequestImport') return request(command, state);
  if (state.status === 'absent' || state.owner !== command.data.by) return importNotFound;
  if (state.status === 'undoing' || state.status === 'undone') return [];
  if (state.status === 'running') return reject('import-running', 'The import is not finished; undo it then.');
  const { importId, owner } = state;
  return [{ type: 'ImportUndoRequested', data: { importId, owner, at: command.data.at } }];
};

const begin = ({ importId, owner, jobId, place, at }: ImportRequested['data'], before: StockImport): KnownImport => ({
  ...{ status: 'running', importId, owner, jobId, place, requestedAt: at, changedAt: at },
  round: 'round' in before ? before.round + 1 : 1,
  ...{ cursor: 0, entryIds: [], lots: 0, pieces: 0, skippedLots: 0, stopReason: null, undo: null },
});

const addPage = (state: KnownImport, { data }: PageImported): KnownImport => {
  const { entryId, lots, pieces, skippedLots, nextCursor } = data;
  return {
    ...state,
    status: nextCursor === null ? 'completed' : 'running',
    cursor: nextCursor ?? state.cursor,
    entryIds: [...state.entryIds, entryId],
    lots: state.lots + lots,
    pieces: state.pieces + pieces,
    skippedLots: state.skippedLots + skippedLots,
    changedAt: data.at,
  };
};

const evolve = (state: StockImport, event: ImportEvent): StockImport => {
  if (event.type === 'ImportErased' || state.status === 'erased') return { status: 'erased' };
  if (event.type === 'ImportRequested') return begin(event.data, state);
  if (state.status === 'absent') return state;
  const { at: changedAt } = event.data;
  switch (event.type) {
    case 'PageImported':
      return addPage(state, event);
    case 'ImportStopped':
      return { ...state, status: 'stopped', stopReason: event.data.reason, changedAt };
    case 'ImportUndoRequested':
      return { ...state, status: 'undoing', changedAt };
    case 'ImportUndone': {
      const { pieces, lackingPieces } = event.data;
      return { ...state, status: 'undone', undo: { pieces, lackingPieces }, changedAt };
    }
    default:
      return unreachable(event);
  }
};

/** A job is imported once, however often it is asked for, and can be undone. */
export const importDecider: Decider<ImportCommand, StockImport, ImportEvent, ImportRejection> = {
  initial: { status: 'absent' },
  decide,
  evolve,
};
