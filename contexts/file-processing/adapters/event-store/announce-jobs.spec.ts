import { expect } from 'chai';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { newId } from '@lego-moc/application/new-id';
import { resolveLots } from '../../application/resolve-lots.ts';
import { openSets } from '../../application/open-sets.ts';
import { parseFile } from '../../application/parse-file.ts';
import { fileProcessingPayload, fileProcessingPayloads } from '../../contracts/integration-events.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import { inMemoryParsing, type InMemoryParsing } from '../../testing/in-memory-ports.ts';
import { announceJobs } from './announce-jobs.ts';

const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };

const deliveries = async ({ streams }: InMemoryParsing, jobId: JobId): Promise<readonly DeliveredEvent[]> => {
  const all: DeliveredEvent[] = [];
  for await (const { event, ...metadata } of streams.readEvents(jobId))
    all.push({
      ...metadata,
      type: `file-processing.${event.type}`,
      data: event.data,
      position: metadata.revision,
      retryCount: 0,
    });
  return all;
};

const announcementsOf = async (world: InMemoryParsing, jobId: JobId) => {
  const announce = announceJobs(world.streams);
  const announcements = [];
  for (const event of await deliveries(world, jobId)) announcements.push(...(await announce(event)));
  return announcements;
};

const announceAll = async (content: string) => {
  const world = inMemoryParsing();
  const jobId = await world.submit(content);
  await parseFile(world)(jobId, newId() as AttemptId, cause);
  return { world, jobId, announcements: await announcementsOf(world, jobId) };
};

describe('publishing a job to the other contexts', () => {
  it('publishes started and completed with the findings of a readable file', async () => {
    const { jobId, announcements } = await announceAll('Part,Color,Quantity\n3001,4,2\nx9,4,1\n');
    expect(announcements.map(({ eventType, subject, revision }) => [eventType, subject, revision])).to.deep.equal([
      ['file-processing.started', jobId, '1'],
      ['file-processing.completed', jobId, '2'],
    ]);
    const payload = fileProcessingPayloads['file-processing.completed'].parse(announcements[1]?.payload);
    expect([payload.parsedData.lots, payload.parsedData.pieces, payload.parsedData.unknownParts.count]).to.eql([
      2, 3, 1,
    ]);
  });

  it('publishes lots.resolved with the result as it is after a release of the catalogue', async () => {
    const { world, jobId } = await announceAll('Part,Color,Quantity\n3001,4,2\nx9,4,1\n');
    const extract = await world.catalogue.lookUp({ number: 1, id: 'test-1' }, []);
    const catalogue = {
      newestRelease: () => Promise.resolve({ number: 2, id: 'test-2' }),
      lookUp: () => Promise.resolve({ ...extract, parts: new Map([...extract.parts, ['x9', 'x9']]) }),
    };
    await resolveLots({ ...world, catalogue })();
    const announcement = (await announcementsOf(world, jobId)).at(-1);
    expect(announcement).to.include({ eventType: 'lots.resolved', subject: jobId, revision: '3' });
    const { parsedData } = fileProcessingPayloads['lots.resolved'].parse(announcement?.payload);
    expect([parsedData.unknownParts.count, parsedData.pieces, parsedData.changes]).to.deep.equal([0, 3, 1]);
    expect(parsedData.resolution).to.include({ catalogueRelease: 'test-2', parts: 1, colours: 0 });
  });

  it('publishes sets.opened with the result as it is after the opening', async () => {
    const set = '<ITEM><ITEMTYPE>S</ITEMTYPE><ITEMID>7000-1</ITEMID><MINQTY>2</MINQTY></ITEM>';
    const { world, jobId } = await announceAll(`<INVENTORY>${set}</INVENTORY>`);
    world.inventories.set('7000-1', [{ itemType: 'P', number: '3001', colourId: 4, isSpare: false, quantity: 3 }]);
    const job = await world.load(jobId);
    if (job.status !== 'completed') return expect.fail('The job is not completed');
    const list = {
      jobId,
      attemptId: job.attemptId,
      owner: job.submission.owner,
      fileId: '',
      fileName: '',
      findings: job.findings,
    };
    await openSets(world)(list, { commandId: newId(), correlationId: newId(), actor: 'ada' });
    const announcement = (await announcementsOf(world, jobId)).at(-1);
    expect(announcement).to.include({ eventType: 'sets.opened', subject: jobId, revision: '3' });
    const { parsedData } = fileProcessingPayloads['sets.opened'].parse(announcement?.payload);
    expect([parsedData.lots, parsedData.pieces, parsedData.sets, parsedData.changes]).to.deep.equal([
      2,
      6,
      undefined,
      1,
    ]);
    expect(parsedData.opening).to.include({ sets: 2, lots: 1, pieces: 6 });
  });

  it('publishes failed with the code of the error for a web page', async () => {
    const { announcements } = await announceAll('<html></html>');
    const payload = fileProcessingPayload.parse(announcements.at(-1)?.payload);
    expect(payload.status === 'failed' && payload.error.code).to.equal('html-instead-of-parts-list');
  });
});
