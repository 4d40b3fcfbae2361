import { expect } from 'chai';
import { commandHandler } from '@lego-moc/application/command-handler';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { FileProcessingPayload } from '@lego-moc/file-processing/contracts/integration-events';
import type { FileId, JobId, MocEvent, MocId, PartsListId } from '../domain/moc-events.ts';
import { mocDecider } from '../domain/moc.ts';
import { ada, noon } from '../testing/crashing-uploads.ts';
import { partsResults } from './parts-results.ts';

type CompletedPayload = Extract<FileProcessingPayload, { status: 'completed' }>;

const mocId = 'crane' as MocId;
const list = { partsListId: 'l' as PartsListId, title: 'All', fileId: 'f' as FileId, jobId: 'j' as JobId };
const job = { jobId: 'j', fileId: 'f', fileName: 'all.csv', reference: { mocId, partsListId: 'l' }, owner: ada };
const noProblems = { count: 0, first: [] };
const cause = (commandId: string) => ({ commandId, correlationId: 'c', actor: ada });

/** The result for a list of one lot that names an unreadable quantity. */
const uncountedLot: CompletedPayload = {
  status: 'completed',
  ...job,
  parsedData: {
    ...{ format: 'rebrickable-csv', encoding: 'utf-8', catalogueRelease: '2026-11-01' },
    ...{ lots: 1, pieces: 0, piecesExtra: 0, unknownParts: noProblems, unknownColours: noProblems, repairs: [] },
    problems: {
      count: 1,
      first: [{ line: 2, lot: 1, code: 'quantity-unreadable', detail: 'The quantity "few" is not a whole number.' }],
    },
  },
};

describe('partsResults', () => {
  const eventsAfter = async (...payloads: readonly FileProcessingPayload[]) => {
    const streams = inMemoryStreams<MocEvent>('moc', () => noon);
    const mocs = commandHandler(mocDecider, streams);
    const draft = { mocId, by: ada, at: noon, title: 'Crane', description: '', theme: '', tags: [], files: [] };
    await mocs(mocId, { type: 'DraftMoc', data: { ...draft, partsLists: [list] } }, cause('draft'));
    for (const [at, payload] of payloads.entries()) await partsResults(mocs)(payload, cause(`result ${at}`));
    return (await streams.read(mocId)).events.slice(2);
  };

  it('records a list with none of its one lot counted as one lot with a problem', async () => {
    const count = { lots: 1, pieces: 0, unknownParts: 0, unknownColours: 0, problemLots: 1 };
    expect(await eventsAfter(uncountedLot)).to.deep.equal([
      { type: 'PartsCounted', data: { mocId, partsListId: list.partsListId, count } },
    ]);
  });

  it('records the composition of a list, once', async () => {
    const composition = { colours: [{ id: '4', name: 'Red', pieces: 7 }], parts: ['3001'] };
    const payload = { ...uncountedLot, parsedData: { ...uncountedLot.parsedData, composition } };
    const events = await eventsAfter(payload, payload, uncountedLot);
    expect(events).to.have.length(1);
    expect(events).to.have.nested.property('[0].data.count.composition').that.deep.equals(composition);
  });

  it('records a result that arrives twice once', async () => {
    expect(await eventsAfter(uncountedLot, uncountedLot)).to.have.length(1);
  });

  it('counts a list anew when some of its lots are resolved, and keeps the count when the first result comes again', async () => {
    const unknownParts = { count: 2, first: [] };
    const first = { ...uncountedLot, parsedData: { ...uncountedLot.parsedData, unknownParts } };
    const later = { ...uncountedLot, parsedData: { ...uncountedLot.parsedData, changes: 1 } };
    const events = await eventsAfter(first, later, first, later);
    expect(events.map(({ type, data }) => [type, 'count' in data && data.count.unknownParts])).to.deep.equal([
      ['PartsCounted', 2],
      ['PartsCounted', 0],
    ]);
  });

  it('records nothing while the list is being read', async () => {
    expect(await eventsAfter({ status: 'parsing', ...job })).to.deep.equal([]);
  });
});
