import { expect } from 'chai';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { newId } from '@lego-moc/application/new-id';
import { parseFile } from '../../application/parse-file.ts';
import { fileProcessingPayload, fileProcessingPayloads } from '../../contracts/integration-events.ts';
import type { AttemptId, JobId } from '../../domain/file-job-events.ts';
import { inMemoryParsing, type InMemoryParsing } from '../../testing/in-memory-ports.ts';
import { announceJobs } from './announce-jobs.ts';

const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };

const deliveries = async ({ streams }: InMemoryParsing, jobId: JobId): Promise<readonly DeliveredEvent[]> => {
  const all: DeliveredEvent[] = [];
  for await (const { event, ...metadata } of streams.readEvents(jobId))
    all.push({ ...metadata, type: event.type, data: event.data, position: metadata.revision, retryCount: 0 });
  return all;
};

const announceAll = async (content: string) => {
  const world = inMemoryParsing();
  const jobId = await world.submit(content);
  await parseFile(world)(jobId, newId() as AttemptId, cause);
  const announce = announceJobs(world.streams);
  const announcements = [];
  for (const event of await deliveries(world, jobId)) announcements.push(...(await announce(event)));
  return { jobId, announcements };
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

  it('publishes failed with the code of the error for a web page', async () => {
    const { announcements } = await announceAll('<html></html>');
    const payload = fileProcessingPayload.parse(announcements.at(-1)?.payload);
    expect(payload.status === 'failed' && payload.error.code).to.equal('html-instead-of-parts-list');
  });
});
