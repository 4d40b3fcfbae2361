import { expect } from 'chai';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { given } from '@lego-moc/testing/given';
import type { HoldingId } from '../stock/holding-events.ts';
import type { ImportEvent, ImportId } from './import-events.ts';
import { IMPORT_SILENCE_MAX_MS, stockImport } from './import-process.ts';
import { importDecider } from './stock-import.ts';

const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const at = '2026-01-01T12:00:00.000Z' as Instant;
const place = { holdingId: 'bin' as HoldingId, location: 'Bin 7' };
const subject = { importId: 'i' as ImportId, owner: ada, at };
const data = { ...subject, jobId: 'j', place };
const request = { type: 'RequestImport', data } as const;
const importRequested: ImportEvent = { type: 'ImportRequested', data };
const pageImported = (entryId: string, nextCursor: number | null): ImportEvent => ({
  type: 'PageImported',
  data: { ...subject, entryId, lots: 2, pieces: 7, skippedLots: 1, nextCursor },
});
const undo = (by: UserId) => ({ type: 'UndoImport', data: { by, at } }) as const;
const undoRequested: ImportEvent = { type: 'ImportUndoRequested', data: subject };
const importUndone: ImportEvent = { type: 'ImportUndone', data: { ...subject, pieces: 5, lackingPieces: 2 } };
const imports = given(importDecider);
const after = (...events: readonly ImportEvent[]) => events.reduce(importDecider.evolve, importDecider.initial);

describe('importing a job into the stock', () => {
  const history = [importRequested, pageImported('1', 2), pageImported('2', null)];

  it('begins once for each job, and rejects another place', () => {
    imports().when(request).then(importRequested);
    imports(importRequested).when(request).thenNothing();
    imports(...history)
      .when(request)
      .thenNothing();
    const elsewhere = { ...request, data: { ...data, place: { holdingId: 'shelf' as HoldingId, location: null } } };
    imports(...history)
      .when(elsewhere)
      .thenRejected('import-elsewhere');
  });

  it('goes on page by page until the last one, and sums them up', () => {
    expect(stockImport.due(after(importRequested)).map(({ type }) => type)).to.deep.equal(['ImportPage']);
    expect(after(...history.slice(0, 2))).to.include({ status: 'running', cursor: 2 });
    expect(after(...history)).to.include({ status: 'completed', lots: 4, pieces: 14, skippedLots: 2 });
    expect(stockImport.due(after(...history))).to.deep.equal([]);
  });

  it('is undone by its owner, once it is finished, and can begin anew then', () => {
    imports(importRequested).when(undo(ada)).thenRejected('import-running');
    imports(...history)
      .when(undo(bob))
      .thenRejected('import-not-found');
    imports(...history)
      .when(undo(ada))
      .then(undoRequested);
    const state = after(...history, undoRequested);
    expect(stockImport.due(state).map(({ type }) => type)).to.deep.equal(['ReverseImport']);
    const undoneHistory = [...history, undoRequested, importUndone];
    imports(...undoneHistory)
      .when(undo(ada))
      .thenNothing();
    imports(...undoneHistory)
      .when(request)
      .then(importRequested);
    expect(after(...undoneHistory, importRequested)).to.include({ status: 'running', round: 2, pieces: 0 });
  });

  it('stops when it has waited for an hour, and ends with the account of its owner', () => {
    const later = new Date(Date.parse(at) + IMPORT_SILENCE_MAX_MS + 1).toISOString() as Instant;
    expect(stockImport.overdue(after(importRequested), at, at)).to.deep.equal([]);
    const [stop] = stockImport.overdue(after(importRequested), at, later);
    expect(stop?.type).to.equal('ImportStopped');
    const importErased: ImportEvent = { type: 'ImportErased', data: { at } };
    imports(...history)
      .when({ type: 'EraseImport', data: { at } })
      .then(importErased);
    imports(importErased).when(request).thenRejected('owner-erased');
    expect(stockImport.due(after(importRequested, importErased, pageImported('1', null)))).to.deep.equal([]);
  });
});
