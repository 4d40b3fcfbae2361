import { expect } from 'chai';
import { silentLogger } from '@lego-moc/logger/logger';
import { eventStoreForTests } from '@lego-moc/testing/event-store-for-tests';
import { z } from 'zod';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { appendEvents } from './append-events.ts';
import { catchUp } from './catch-up.ts';
import type { EventStoreClient } from './connect.ts';
import type { DeliveredEvent } from './delivered-event.ts';
import { all } from './event-streams.contract.ts';
import { createIntegrationAppender } from './integration-appender.ts';
import { integrationEnvelope, integrationStream, type Announcement } from './integration-events.ts';
import { operableGroup } from './operable.ts';
import { createPublication } from './publication.ts';
import { loadCursor } from './publication-log.ts';
import { publishIntegrationEvents } from './publisher.ts';
import type { Subscription } from './subscription.ts';
import { newCategory, placeBrick, studsOf } from './testing/toys.ts';
import { toIntegrationEvents, withOrigin, withoutOrigin } from './to-integration-events.ts';

const numbers = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const announce = (event: DeliveredEvent): readonly Announcement[] => [
  {
    eventType: 'box.filled',
    subject: event.stream,
    revision: String(event.revision),
    payload: { studs: studsOf(event) },
  },
];

describe('publishIntegrationEvents', function () {
  this.timeout(40_000);
  let client: EventStoreClient;
  let context: string;
  let running: Subscription[];

  before(async () => {
    ({ client } = await eventStoreForTests());
  });
  beforeEach(() => {
    context = newCategory();
    running = [];
  });
  afterEach(() => Promise.all(running.map((publisher) => publisher.stop())));

  const source = () => ({ streamPrefixes: [`${context}box-`] });
  const options = (translate = announce) => ({ context, source: source(), logger: silentLogger, translate });
  const startPublisher = (translate = announce): Subscription => {
    const publisher = publishIntegrationEvents(client, options(translate));
    running.push(publisher);
    return publisher;
  };
  const place = (studs: number) => placeBrick(client, `${context}box-${String(studs)}`, studs);
  const placeAll = (studs: readonly number[]) => Promise.all(studs.map(place));

  const privateEvents = async (): Promise<readonly DeliveredEvent[]> =>
    all(catchUp(client, { source: source(), from: 'start' }));
  const integrationEvents = async (): Promise<readonly DeliveredEvent[]> =>
    all(catchUp(client, { source: { stream: integrationStream(context) }, from: 'start' }));
  const parse = ({ data }: DeliveredEvent) => integrationEnvelope(z.object({ studs: z.int() })).parse(data);
  const readPublished = async () => (await integrationEvents()).map((event) => parse(event).payload.studs);
  const inLogOrder = async () => (await privateEvents()).map(studsOf);
  const untilPublished = (count: number) =>
    pollUntil(`${count} events are published`, async () => (await readPublished()).length >= count);
  const deleteGroup = () => client.deletePersistentSubscriptionToAll(`${context}-publisher`);

  it('publishes what a private event means to others, with its cause', async () => {
    startPublisher();
    await place(7);
    await untilPublished(1);
    const [[private_], [integration]] = [await privateEvents(), await integrationEvents()];
    expect(parse(integration!)).to.include({ eventType: 'box.filled', subject: `${context}box-7`, revision: '0' });
    expect(integration?.cause).to.include({
      causedBy: private_?.eventId,
      correlationId: private_?.cause.correlationId,
      actor: context,
    });
  });

  it('publishes each event once and in the order of the log, though all are delivered again', async () => {
    const first = startPublisher();
    await placeAll(numbers(1, 10));
    await placeAll(numbers(11, 30));
    await untilPublished(30);
    await first.stop();
    await deleteGroup();
    startPublisher();
    await placeAll(numbers(31, 60));
    await untilPublished(60);
    const groups = operableGroup(client, `${context}-publisher`, [
      { source: source(), status: () => running[1]!.status(), handle: () => Promise.resolve() },
    ]);
    await pollUntil('everything is acknowledged', async () => (await groups.status()).lag === 0);
    expect(await readPublished()).to.deep.equal(await inLogOrder());
  });

  it('lets one of two publishers lead, and the other take over when it is gone', async () => {
    const first = startPublisher();
    await pollUntil('the first leads', () => first.status().state === 'live');
    const second = startPublisher();
    await pollUntil('the second stands by', () => second.status().state === 'standby');
    await placeAll(numbers(1, 20));
    await untilPublished(20);
    await first.stop();
    await placeAll(numbers(21, 40));
    await untilPublished(40);
    expect(second.status().state).to.equal('live');
    expect(await readPublished()).to.deep.equal(await inLogOrder());
  });

  it('publishes each event once when two publishers race', async () => {
    await placeAll(numbers(1, 50));
    const publications = [createPublication(client, options()), createPublication(client, options())];
    const events = await privateEvents();
    for (const { position } of events)
      await Promise.all(publications.map(({ publishUntil }) => publishUntil(position)));
    expect(await readPublished()).to.deep.equal(events.map(studsOf));
  });

  describe('when an event cannot be translated', () => {
    const POISON = 13;
    let isRepaired: boolean;
    const translate = (event: DeliveredEvent): readonly Announcement[] => {
      if (studsOf(event) === POISON && !isRepaired) throw new RangeError('Unlucky');
      return announce(event);
    };
    beforeEach(() => {
      isRepaired = false;
    });

    it('goes on with the others, parks it, and publishes it once after a replay', async () => {
      const publisher = startPublisher(translate);
      const handle = createPublication(client, options(translate)).publish;
      await placeAll(numbers(11, 15));
      const group = operableGroup(client, `${context}-publisher`, [
        { source: source(), status: () => publisher.status(), handle },
      ]);
      await pollUntil('it is parked', async () => (await group.status()).parked === 1);
      const letters = await group.deadLetters.list();
      expect(letters[0]?.reason).to.equal('RangeError: Unlucky');
      expect(await readPublished()).to.have.members([11, 12, 14, 15]);

      isRepaired = true;
      await group.deadLetters.replay(new Set(letters.map(({ id }) => id)), {
        ...{ commandId: newId(), correlationId: newId(), actor: 'olga' },
      });
      await untilPublished(5);
      expect((await readPublished()).at(-1)).to.equal(POISON);
    });

    it('publishes it once though it is delivered again after its replay', async () => {
      const publication = createPublication(client, options(translate));
      await placeAll([POISON, 14]);
      const events = await privateEvents();
      const poison = events.find((event) => studsOf(event) === POISON)!;
      expect([...(await publication.publishUntil(events.at(-1)!.position))]).to.deep.equal([
        [poison.eventId, poison.position],
      ]);
      isRepaired = true;
      await publication.publish(poison);
      await publication.publish(poison);
      await createPublication(client, options(translate)).publish(poison);
      expect(await readPublished()).to.deep.equal([14, POISON]);
    });

    it('does not forget it when the publisher is replaced before the event is parked', async () => {
      await placeAll([POISON]);
      await place(14);
      const events = await privateEvents();
      await createPublication(client, options(translate)).publishUntil(events[1]!.position);
      const successor = createPublication(client, options(translate));
      const error = await successor.publish(events[0]!).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(RangeError);
    });
  });

  it('continues a stream whose events do not say where they came from, whatever their order', async () => {
    await placeAll(numbers(1, 6));
    const events = await privateEvents();
    const old = [events[3]!, events[0]!, events[1]!].flatMap((event) =>
      toIntegrationEvents(context, event, announce(event)).map((pending) => withoutOrigin(pending).event),
    );
    await appendEvents(client, integrationStream(context), old, 'any');
    startPublisher();
    await untilPublished(6);
    await place(7);
    await untilPublished(7);
    await createPublication(client, options()).publishUntil((await privateEvents()).at(-1)!.position);
    const [first, second, third, fourth, fifth, sixth, seventh] = await inLogOrder();
    expect(await readPublished()).to.deep.equal([fourth, first, second, third, fifth, sixth, seventh]);
  });

  it('continues a stream that names positions of another store', async () => {
    await placeAll(numbers(1, 3));
    const events = await privateEvents();
    const copies = events.slice(0, 2).flatMap((event) => {
      const elsewhere = { eventId: event.eventId, position: event.position + 1n };
      return toIntegrationEvents(context, event, announce(event)).map(
        (pending) => withOrigin(pending, elsewhere).event,
      );
    });
    await appendEvents(client, integrationStream(context), copies, 'any');
    startPublisher();
    await untilPublished(3);
    expect(await readPublished()).to.deep.equal(await inLogOrder());
  });

  it('completes the announcements of an event of which the last append held only some', async () => {
    const announceAll = (event: DeliveredEvent): readonly Announcement[] =>
      numbers(1, 5).map((studs) => ({
        eventType: 'box.filled',
        subject: 'b',
        revision: '0',
        payload: { studs: studs * studsOf(event) },
      }));
    await place(1);
    await place(10);
    const [first, second] = await privateEvents();
    const appender = createIntegrationAppender(client, context, await loadCursor(client, context));
    await appender.add(toIntegrationEvents(context, first!, announceAll(first!)).slice(0, 2));
    await appender.flush();
    await createPublication(client, options(announceAll)).publishUntil(second!.position);
    expect(await readPublished()).to.deep.equal([1, 2, 3, 4, 5, 10, 20, 30, 40, 50]);
  });

  it('parks an announcement that is larger than an append may be', async () => {
    const translate = (event: DeliveredEvent): readonly Announcement[] =>
      announce(event).map((announcement) => ({
        ...announcement,
        payload: { studs: 1, text: 'x'.repeat(studsOf(event)) },
      }));
    const publication = createPublication(client, options(translate));
    await placeAll([1_100_000]);
    await place(2);
    const events = await privateEvents();
    expect([...(await publication.publishUntil(events[1]!.position))]).to.deep.equal([
      [events[0]!.eventId, events[0]!.position],
    ]);
    expect(await integrationEvents()).to.have.length(1);
  });
});
