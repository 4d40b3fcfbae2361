import { expect } from 'chai';
import { commandHandler } from '@lego-moc/application/command-handler';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import type { FileProcessingPayload } from '@lego-moc/file-processing/contracts/integration-events';
import type { MocCommand } from '../domain/moc-commands.ts';
import type { FileId, JobId, MocEvent, MocId, PartsListId } from '../domain/moc-events.ts';
import { mocDecider } from '../domain/moc.ts';
import { ada, noon } from '../testing/crashing-uploads.ts';
import { followUpParts } from './parts-follow-up.ts';
import type { PartsReader, PartsToRead } from './ports/parts-reader.ts';

const mocId = 'crane' as MocId;
const list = { partsListId: 'l' as PartsListId, title: 'All', fileId: 'f' as FileId, jobId: 'j' as JobId };
const parts: PartsToRead = { mocId, owner: ada, list, fileName: 'all.csv' };
const job = { jobId: 'j', fileId: 'f', fileName: 'all.csv', reference: { mocId, partsListId: 'l' }, owner: ada };
const failedResult: FileProcessingPayload = {
  status: 'failed',
  ...job,
  error: { code: 'no-lots', detail: 'No lots.' },
};

describe('followUpParts', () => {
  const followUp = async (
    result: PartsReader['result'],
    overdue: readonly PartsToRead[] = [parts],
    earlier: readonly MocCommand[] = [],
  ) => {
    const streams = inMemoryStreams<MocEvent>('moc', () => noon);
    const mocs = commandHandler(mocDecider, streams);
    const draft = { mocId, by: ada, at: noon, title: 'Crane', description: '', theme: '', tags: [], files: [] };
    const cause = { commandId: 'c', correlationId: 'c', actor: ada };
    await mocs(mocId, { type: 'DraftMoc', data: { ...draft, partsLists: [list] } }, cause);
    for (const [at, command] of earlier.entries()) await mocs(mocId, command, { ...cause, commandId: `c${at}` });
    const requestedJobs: string[] = [];
    const failures: unknown[] = [];
    const request: PartsReader['request'] = (some) => {
      requestedJobs.push(some.list.jobId);
      return Promise.resolve();
    };
    const instants: string[] = [];
    await followUpParts({
      overdue: (instant) => {
        instants.push(instant);
        return Promise.resolve({ parts: overdue });
      },
      partsReader: { request, result },
      mocs,
      now: () => noon,
      onFailure: (_, error) => failures.push(error),
    })();
    const { events } = await streams.read(mocId);
    return { requested: requestedJobs, failures, instants, events: events.slice(2).map(({ type }) => type) };
  };

  it('records the result of a list whose message did not arrive', async () => {
    expect(await followUp(() => Promise.resolve(failedResult))).to.deep.include({
      events: ['PartsFoundUnreadable'],
      requested: [],
    });
  });

  it('records that a list waits for its owner to decide', async () => {
    expect(await followUp(() => Promise.resolve({ status: 'needs-decision', ...job, readings: [] }))).to.deep.include({
      events: ['PartsDecisionNeeded'],
      requested: [],
    });
  });

  it('requests the reading of a list whose job is not known', async () => {
    expect(await followUp(() => Promise.resolve(undefined))).to.deep.include({ events: [], requested: ['j'] });
  });

  it('leaves a running job alone', async () => {
    expect(await followUp(() => Promise.resolve('pending'))).to.deep.include({ events: [], requested: [] });
  });

  it('records the result of a decision when its message did not arrive', async () => {
    const waits: MocCommand = { type: 'AwaitPartsDecision', data: { mocId, ...list } };
    expect(await followUp(() => Promise.resolve(failedResult), [parts], [waits])).to.deep.include({
      events: ['PartsDecisionNeeded', 'PartsFoundUnreadable'],
    });
  });

  it('begins a round where the last one ended, and again at the beginning when none is left', async () => {
    const place = { updatedAt: noon, mocId };
    const places: unknown[] = [];
    const rounds = followUpParts({
      overdue: (_instant, after) => {
        places.push(after);
        return Promise.resolve(after === undefined ? { parts: [], last: place } : { parts: [] });
      },
      partsReader: { request: () => Promise.resolve(), result: () => Promise.resolve('pending') },
      mocs: commandHandler(
        mocDecider,
        inMemoryStreams<MocEvent>('moc', () => noon),
      ),
      now: () => noon,
      onFailure: () => undefined,
    });
    for (let round = 0; round < 3; round += 1) await rounds();
    expect(places).to.deep.equal([undefined, place, undefined]);
  });

  it('goes on with the next list after a failure', async () => {
    let calls = 0;
    const outcome = await followUp(() => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('away')) : Promise.resolve(failedResult);
    }, [parts, parts]);
    expect(outcome.failures).to.have.length(1);
    expect(outcome.events).to.deep.equal(['PartsFoundUnreadable']);
  });

  it('queries the lists that have waited for two minutes', async () => {
    expect((await followUp(() => Promise.resolve('pending'))).instants).to.deep.equal(['2026-01-01T11:58:00.000Z']);
  });
});
