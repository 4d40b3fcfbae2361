import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { silentLogger } from '@lego-moc/logger/logger';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { eventually } from '@lego-moc/testing/eventually';
import { z } from 'zod';
import { catchUp } from './catch-up.ts';
import type { DeliveredEvent } from './delivered-event.ts';
import { integrationEnvelope, integrationStream } from './integration-events.ts';
import { publishIntegrationEvents } from './publisher.ts';
import { newCategory, placeBrick, studsOf } from './testing/toys.ts';

describe('publishing integration events', () => {
  it('says once what a private event means to others, however often it is told', async () => {
    const { client } = await eventStoreForTests();
    const context = newCategory();
    const publish = () =>
      publishIntegrationEvents(client, {
        context,
        source: { streamPrefixes: [`${context}box-`] },
        logger: silentLogger,
        translate: (delivered) => [
          {
            eventType: 'box.filled',
            subject: delivered.stream.slice(context.length + 4),
            revision: String(delivered.revision),
            payload: { studs: studsOf(delivered) },
          },
        ],
      });
    const appendAll = (studs: readonly number[]) =>
      Promise.all(studs.map((each) => placeBrick(client, `${context}box-${each}`, each)));
    const some = Array.from({ length: 30 }, (_, studs) => studs);
    const others = some.map((studs) => studs + 30);

    const publisher = publish();
    await appendAll(some.slice(0, 10));
    await appendAll(some.slice(10));
    const published = async (): Promise<DeliveredEvent[]> => {
      const found: DeliveredEvent[] = [];
      for await (const event of catchUp(client, { source: { stream: integrationStream(context) }, from: 'start' }))
        found.push(event);
      return found;
    };
    await eventually('published', async () => (await published()).length >= 30);
    await publisher.stop();
    await client.deletePersistentSubscriptionToAll(`${context}-publisher`); // forgets how far it was
    const again = publish();
    await appendAll(others);
    await eventually('published', async () => (await published()).length >= 60);
    await sleep(200);
    await again.stop();

    const events = (await published()).map(({ data }) => integrationEnvelope(z.object({ studs: z.int() })).parse(data));
    const studs = events.map(({ payload }) => payload.studs).toSorted((one, other) => one - other);
    expect(studs).to.deep.equal([...some, ...others]);
    expect(events.find(({ payload }) => payload.studs === 7)).to.include({
      eventType: 'box.filled',
      subject: '7',
      revision: '0',
      source: context,
    });
  });
});
