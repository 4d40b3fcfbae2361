import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { z } from 'zod';
import { pollUntil } from '@lego-moc/application/poll-until';
import { catchUp } from '@lego-moc/event-store/catch-up';
import { connectEventStore, type EventStoreClient } from '@lego-moc/event-store/connect';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { CONTEXTS } from '@lego-moc/local/registry';
import { eventStoreUrl } from './event-store-url.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';
import { requestsAs } from './requests.ts';

const PUBLISHED_WITHIN_MS = 30_000;

type Document = {
  readonly channels: Readonly<Record<string, { readonly messages: object }>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

describe('the AsyncAPI document of the whole platform', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let client: EventStoreClient;
  let document: Document;

  before(async () => {
    platform = await sharedPlatform();
    client = connectEventStore(eventStoreUrl(platform));
    document = (await (await fetch(`${platform.url}/docs/asyncapi.json`)).json()) as Document;
  });
  after(() => (client as EventStoreClient | undefined)?.dispose());

  const publishedEvents = async (): Promise<readonly DeliveredEvent[]> => {
    const events: DeliveredEvent[] = [];
    const source = { streamPrefixes: ['integration-'] };
    for await (const event of catchUp(client, { source, from: platform.logBegin })) events.push(event);
    return events;
  };

  const upload = async (): Promise<void> => {
    const form = new FormData();
    form.set('title', `Published ${randomUUID()}`);
    form.append('partsLists', new Blob(['Part,Color,Quantity\n3001,4,2\n']), 'parts.csv');
    const ask = requestsAs(platform, `builder-${randomUUID()}`);
    const reply = await ask('/api/mocs/with-files', { method: 'POST', body: form });
    expect(reply.status, await reply.clone().text()).to.equal(201);
  };

  it('has a channel of every context, and names each event type once', () => {
    expect(document.channels).to.have.all.keys(...CONTEXTS.map(({ name }) => name));
    const types = Object.values(document.channels).flatMap(({ messages }) => Object.keys(messages));
    expect(new Set(types).size).to.equal(types.length);
    expect(document.components.schemas).to.have.all.keys(...types);
  });

  it('describes every event that the services have published, of a whole upload at least', async () => {
    await upload();
    const events = await pollUntil(
      'The parts list is read',
      publishedEvents,
      (soFar) =>
        ['moc.updated', 'file.stored', 'file-processing.completed'].every((type) =>
          soFar.some((event) => event.type === type),
        ),
      PUBLISHED_WITHIN_MS,
    );
    const parsers = new Map(
      Object.entries(document.components.schemas).map(([type, schema]) => [
        type,
        z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]),
      ]),
    );
    // An event that nothing caused was planted by another spec.
    const ownEvents = events.filter(({ eventId, cause }) => cause.commandId !== eventId);
    const breaches = ownEvents.flatMap(({ type, stream, data }) => {
      const result = parsers.get(type)?.safeParse(data);
      if (result?.success === true) return [];
      return [`${stream} ${type}: ${result === undefined ? 'is not described' : z.prettifyError(result.error)}`];
    });
    expect(breaches).to.deep.equal([]);
  });

  it('is published with a JSON Schema of each event type, and a page of its own', async () => {
    const reply = await fetch(`${platform.url}/docs/events/moc.created.json`);
    expect(reply.headers.get('content-type')).to.match(/^application\/schema\+json/);
    expect(await reply.json()).to.deep.equal(document.components.schemas['moc.created']);
    expect(await (await fetch(`${platform.url}/docs/events`)).text()).to.include('file-processing.needs-decision');
  });
});
