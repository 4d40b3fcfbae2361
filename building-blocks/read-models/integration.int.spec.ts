import { expect } from 'chai';
import { jsonEvent } from '@eventstore/db-client';
import { integrationStream } from '@lego-moc/event-store/integration-events';
import { newId } from '@lego-moc/application/new-id';
import { z } from 'zod';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { IntegrationProjection } from './projection.ts';
import { followIntegration, type RunningProjection } from './run-projection.ts';
import { openToyShop, type ToyShop } from './testing/toy-box.ts';

const payload = z.object({ colour: z.string(), sold: z.boolean() });
type Payload = z.infer<typeof payload>;

describe('a projection of integration events', () => {
  let shop: ToyShop;
  let contexts: readonly [string, string];
  let running: RunningProjection;

  const publish = async (context: string, subject: string, revision: number, content: Payload): Promise<void> => {
    const eventId = newId();
    const timestamp = '2026-01-01T12:00:00.000Z';
    const header = { eventType: 'box.changed', eventId, timestamp, correlationId: 'k', source: context };
    const data = { ...header, subject, revision: String(revision), payload: content };
    await shop.client.appendToStream(
      integrationStream(context),
      jsonEvent({ id: eventId, type: header.eventType, data }),
    );
  };

  const colours = async (): Promise<readonly string[]> =>
    (await shop.db.any<{ colour: string }>('SELECT colour FROM box_window ORDER BY colour')).map(
      ({ colour }) => colour,
    );

  before(async function () {
    this.timeout(30_000);
    shop = await openToyShop();
    contexts = [`${shop.category}a`, `${shop.category}b`];
    const window: IntegrationProjection<Payload, { readonly colour: string }> = {
      name: 'box-window',
      source: contexts.map((context) => ({ stream: integrationStream(context) })),
      payload,
      eventTypes: ['box.changed'],
      columns: { colour: 'text' },
      indexes: [],
      row: ({ payload: { colour, sold } }) => (sold ? undefined : { colour }),
    };
    running = followIntegration(shop.host, window);
  });

  after(() => running.stop());

  it('keeps the newest event of each subject, from every source and in whatever order', async () => {
    const [firstContext, secondContext] = contexts;
    await publish(firstContext, 'box-1', 3, { colour: 'red', sold: false });
    await publish(firstContext, 'box-1', 2, { colour: 'stale', sold: false });
    await publish(secondContext, 'box-2', 0, { colour: 'blue', sold: false });
    await publish(firstContext, 'box-3', 4, { colour: 'sold', sold: true });
    await publish(firstContext, 'box-3', 1, { colour: 'zombie', sold: false });
    const isHandled = async () => (await running.status()).lag === 0 && (await colours()).length === 2;
    await pollUntil('both', () => isHandled().catch(() => false));
    expect(await colours()).to.deep.equal(['blue', 'red']);
  });

  it('has the same rows after a rebuild', async () => {
    const { events } = await running.rebuild();
    expect(events).to.equal(5);
    expect(await colours()).to.deep.equal(['blue', 'red']);
  });
});
