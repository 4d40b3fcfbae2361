import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { catchUp } from '@lego-moc/event-store/catch-up';
import { connectEventStore, type EventStoreClient } from '@lego-moc/event-store/connect';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { mocReply } from '@lego-moc/moc-management/contracts/http-api';
import { eventStoreUrl } from './event-store-url.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { requestsAs } from './requests.ts';

const PUBLISHED_WITHIN_MS = 30_000;
const STREAM_PREFIXES = ['mocUpload-', 'moc-', 'file-', 'fileJob-', 'integration-'];

describe('the events that one upload leads to', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let client: EventStoreClient;

  before(async () => {
    platform = await sharedPlatform();
    client = connectEventStore(eventStoreUrl(platform));
  });
  after(() => (client as EventStoreClient | undefined)?.dispose());

  /** The events of all services since the platform started. */
  const recordedEvents = async (): Promise<readonly DeliveredEvent[]> => {
    const events: DeliveredEvent[] = [];
    const source = { streamPrefixes: STREAM_PREFIXES };
    for await (const event of catchUp(client, { source, from: platform.logBegin })) events.push(event);
    return events;
  };

  const upload = async (): Promise<string> => {
    const form = new FormData();
    form.set('title', `Caused ${randomUUID()}`);
    form.set('instructionsFile', new Blob(['%PDF-1.4\n%%EOF\n'], { type: 'application/pdf' }), 'steps.pdf');
    form.append('partsLists', new Blob(['Part,Color,Quantity\n3001,4,2\n']), 'parts.csv');
    const ask = requestsAs(platform, `builder-${randomUUID()}`);
    const reply = await ask('/api/mocs/with-files', { method: 'POST', body: form });
    expect(reply.status, await reply.clone().text()).to.equal(201);
    return mocReply.parse(await reply.json()).mocId;
  };

  it('leads by causedBy from the published count of parts back to the request, across both services', async () => {
    const mocId = await upload();
    const isLast = ({ stream, data }: DeliveredEvent): boolean =>
      stream === 'integration-moc-management' && JSON.stringify(data).includes(mocId);
    const lastOf = (events: readonly DeliveredEvent[]) => events.findLast(isLast);
    const events = await pollUntil(
      'The count of parts is published',
      recordedEvents,
      (soFar) => JSON.stringify(lastOf(soFar)?.data ?? {}).includes('"counted"'),
      PUBLISHED_WITHIN_MS,
    );

    const byId = new Map(events.map((event) => [event.eventId, event]));
    const chain: DeliveredEvent[] = [];
    for (let event = lastOf(events); event !== undefined; event = byId.get(event.cause.causedBy ?? ''))
      chain.push(event);

    const categories = chain.map(({ stream }) =>
      stream.startsWith('integration-') ? stream : stream.split('-', 1)[0],
    );
    expect([...new Set(categories)]).to.deep.equal([
      'integration-moc-management',
      'moc',
      'integration-file-processing',
      'fileJob',
      'mocUpload',
    ]);
    const first = chain.at(-1);
    expect([first?.type, first?.cause.causedBy]).to.deep.equal(['moc-management.UploadReceived', undefined]);
    expect(new Set(chain.map(({ cause }) => cause.correlationId)).size).to.equal(1);
  });
});
