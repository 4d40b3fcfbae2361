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

  describe('that reads what events leave out', () => {
    const title = z.object({ name: z.string() });
    let names: Record<string, string>;
    let batches: number[];
    let isAway: boolean;
    let refusals: number;
    let enriching: RunningProjection;

    const readRows = () => shop.db.any<{ id: string; name: string }>('SELECT id, name FROM box_names ORDER BY id');

    before(() => {
      names = { red: 'Ruby', blue: 'Sapphire', stale: 'Stale', sold: 'Sold', zombie: 'Zombie' };
      batches = [];
      isAway = true;
      refusals = 0;
      enriching = followIntegration(shop.host, {
        name: 'box-names',
        source: contexts.map((context) => ({ stream: integrationStream(context) })),
        payload: payload.and(title),
        enrich: (payloads) => {
          if (isAway) {
            refusals += 1;
            return Promise.reject(Object.assign(new Error('away'), { outage: true }));
          }
          batches.push(payloads.length);
          return Promise.resolve(
            (payloads as Payload[]).map((content) => ({ ...content, name: names[content.colour] })),
          );
        },
        columns: { name: 'text' },
        indexes: [],
        row: ({ payload: { name, sold } }) => (sold ? undefined : { name }),
      });
    });
    after(() => enriching.stop());

    it('waits while it cannot be read, parks nothing, and has it afterwards', async () => {
      await pollUntil('it is asked for several times', () => refusals > 3);
      isAway = false;
      await pollUntil('both', async () => (await readRows().catch(() => [])).length === 2);
      expect(await readRows()).to.deep.equal([
        { id: 'box-1', name: 'Ruby' },
        { id: 'box-2', name: 'Sapphire' },
      ]);
      expect((await enriching.status()).parked).to.equal(0);
    }).timeout(20_000);

    it('reads it anew in a rebuild, for all events at once', async () => {
      names = { ...names, blue: 'Cobalt' };
      batches = [];
      await enriching.rebuild();
      expect(batches.filter((size) => size > 0)).to.deep.equal([5]);
      expect((await readRows()).map(({ name }) => name)).to.deep.equal(['Ruby', 'Cobalt']);
    });
  });

  it('has the same rows after a rebuild', async () => {
    const { events } = await running.rebuild();
    expect(events).to.equal(5);
    expect(await colours()).to.deep.equal(['blue', 'red']);
  });
});
