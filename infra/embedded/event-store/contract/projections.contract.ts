import { randomUUID } from 'node:crypto';
import { jsonEvent, START, UnknownError } from '@eventstore/db-client';
import { expect } from 'chai';
import { consume, streamSettings } from './consumer.ts';
import { bricksSorted, readStream, trays } from './events.ts';
import { listenTo } from './listener.ts';
import { serverFrom } from './server.ts';
import type { Target } from './target.ts';
import { eventually } from './waiting.ts';

/**
 * Registers the contents of the `$ce-` and `$et-` streams on a server with system projections; links may appear late.
 */
export const projectionsContract = (name: string, target: Target): void => {
  describe(`${name} with projections`, () => {
    const server = serverFrom(target);
    const freshCategory = () => `shelf${randomUUID().replaceAll('-', '')}`;
    const readResolved = (stream: string) => readStream(server.client(), stream, { resolveLinkTos: true });

    it('links the events of a category in the order of the log', async () => {
      const category = freshCategory();
      for (let tray = 0; tray < 6; tray += 1) {
        await server.client().appendToStream(`${category}-${tray % 2}-left`, bricksSorted(1, tray));
      }
      await eventually(async () =>
        expect(trays(await readResolved(`$ce-${category}`))).to.deep.equal([0, 1, 2, 3, 4, 5]),
      );
      const [first] = await readStream(server.client(), `$ce-${category}`);
      expect(first?.event).to.include({ type: '$>', streamId: `$ce-${category}` });
      expect(Buffer.from(first?.event?.data as Uint8Array).toString()).to.equal(`0@${category}-0-left`);
    });

    it('links the events of a type', async () => {
      const type = `Sorted${randomUUID()}`;
      const category = freshCategory();
      await server.client().appendToStream(`${category}-a`, bricksSorted(2, 0, type));
      await server.client().appendToStream(`${category}-b`, bricksSorted(2, 2, type));
      await eventually(async () => expect(trays(await readResolved(`$et-${type}`))).to.deep.equal([0, 1, 2, 3]));
    });

    it('links no system streams and no streams without a dash to a category', async () => {
      const category = freshCategory();
      await server.client().appendToStream(category, bricksSorted(1));
      await server.client().setStreamMetadata(`${category}-a`, { maxCount: 5 });
      await server.client().appendToStream(`${category}-a`, bricksSorted(1, 7));
      await eventually(async () => expect(trays(await readResolved(`$ce-${category}`))).to.deep.equal([7]));
    });

    it('delivers links to subscriptions and groups', async () => {
      const category = freshCategory();
      const listener = listenTo(
        server.client().subscribeToStream(`$ce-${category}`, { fromRevision: START, resolveLinkTos: true }),
      );
      const settings = streamSettings({ resolveLinkTos: true });
      await server.client().createPersistentSubscriptionToStream(`$ce-${category}`, 'sorters', settings);
      const consumer = consume(
        server.client().subscribeToPersistentSubscriptionToStream(`$ce-${category}`, 'sorters'),
        true,
      );
      await server.client().appendToStream(`${category}-a`, bricksSorted(10));
      expect(trays(await listener.waitForEvents(10))).to.have.length(10);
      expect(trays(await consumer.waitForDeliveries(10))).to.have.length(10);
      await consumer.leave();
    });

    it('links events of one correlation, streams, and the streams of a category', async () => {
      const category = freshCategory();
      const $correlationId = randomUUID();
      const event = jsonEvent({ type: 'Sorted', data: {}, metadata: { $correlationId } });
      await server.client().appendToStream(`${category}-a`, event);
      const texts = async (stream: string) =>
        (await readStream(server.client(), stream)).map((resolvedEvent) =>
          Buffer.from(resolvedEvent.event?.data as Uint8Array).toString(),
        );
      await eventually(async () => expect(await texts(`$bc-${$correlationId}`)).to.deep.equal([`0@${category}-a`]));
      await eventually(async () => expect(await texts('$streams')).to.include(`0@${category}-a`));
      await eventually(async () => expect(await texts(`$category-${category}`)).to.deep.equal([`${category}-a`]));
    });

    server.itAfterRestart('links each event once although the node is killed', async function () {
      this.timeout(90_000);
      const category = freshCategory();
      for (let round = 0; round < 4; round += 1) {
        for (let index = 0; index < 30; index += 1) {
          await server.client().appendToStream(`${category}-${index % 3}`, bricksSorted(1, round * 30 + index));
        }
        await server.restart();
      }
      const expected = Array.from({ length: 120 }, (_, tray) => tray);
      await eventually(
        async () => expect(trays(await readResolved(`$ce-${category}`))).to.deep.equal(expected),
        20_000,
      );
    });
  });
};

/** A given server may have been used: a projection that is enabled for the first time links that past first. */
const PAST_IS_LINKED_WITHIN_MS = 120_000;
const NAMES = ['$by_category', '$by_correlation_id', '$by_event_type', '$stream_by_category', '$streams'];

/** Registers how the system projections of a server are enabled and disabled through the public client. */
export const projectionAdministrationContract = (name: string, target: Target): void => {
  describe(`${name} and its projections`, () => {
    const server = serverFrom(target);
    const statusOf = async (projection: string) =>
      (await server.client().getProjectionStatus(projection)).projectionStatus;
    const unknownError = async (work: Promise<unknown>) =>
      expect(await work.catch((error: unknown) => error)).to.be.instanceOf(UnknownError);

    it('lists the system projections', async () => {
      const names = (await server.client().listProjections()).map((projection) => projection.name);
      expect(names).to.include.members(NAMES);
    });

    it('links nothing while disabled, and everything from the first event once enabled', async function () {
      this.timeout(PAST_IS_LINKED_WITHIN_MS);
      const category = `shelf${randomUUID().replaceAll('-', '')}`;
      await server.client().disableProjection('$by_category');
      expect(await statusOf('$by_category')).to.equal('Stopped');
      await server.client().appendToStream(`${category}-a`, bricksSorted(3));
      await server.client().enableProjection('$by_category');
      expect(await statusOf('$by_category')).to.equal('Running');
      const readLinks = () => readStream(server.client(), `$ce-${category}`, { resolveLinkTos: true });
      await eventually(async () => expect(trays(await readLinks())).to.deep.equal([0, 1, 2]), PAST_IS_LINKED_WITHIN_MS);
      // A server that is given to the suite links nothing for others afterwards, either.
      await server.client().disableProjection('$by_category');
    });

    it('reports an aborted projection as aborted', async () => {
      await server.client().enableProjection('$streams');
      await server.client().abortProjection('$streams');
      expect(await statusOf('$streams')).to.equal('Aborted');
    });

    it('answers not found for an unknown name', async () => {
      for (const work of [
        server.client().enableProjection('nobody'),
        server.client().disableProjection('nobody'),
        server.client().getProjectionStatus('nobody'),
        server.client().getProjectionState('nobody'),
        server.client().getProjectionResult('nobody'),
      ])
        await unknownError(work);
    });

    server.itAfterRestart('keeps an enabled projection running after a restart', async () => {
      await server.client().enableProjection('$by_event_type');
      await server.restart();
      expect(await statusOf('$by_event_type')).to.equal('Running');
    });
  });
};
