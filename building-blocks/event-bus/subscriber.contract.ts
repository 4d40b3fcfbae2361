import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import type { IntegrationEvent } from '@lego-moc/event-store/integration-events';
import { silentLogger } from '@lego-moc/logger/logger';
import { openDatabase, type Database, type Queries } from '@lego-moc/postgres/database';
import { migrate } from '@lego-moc/postgres/migrations';
import { postgresForTests } from '@lego-moc/testing/postgres-for-tests';
import type { BusEvent } from './bus-event.ts';
import type { EventPublisher } from './event-publisher.ts';
import { inboxMigration, pruneInbox } from './inbox.ts';
import { subscribe, type BusSubscription, type SubscribeOptions } from './subscribe.ts';
import { boxFilled, busEvents, numberOf } from './testing/sample-events.ts';
import type { BusTransport } from './transport.ts';

/** A bus of one test: no other test publishes on it. */
export type BusForTests = {
  readonly publisher: EventPublisher;
  readonly transport: BusTransport;
  /** Messages that subscribers gave up on: the name of the queue's subscriber, and the reason. */
  readonly deadLetters: () => Promise<readonly { readonly body: string; readonly reason: string }[]>;
  readonly close: () => Promise<unknown>;
};

const SCHEMA = 'bus_subscriber';

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const record = async (transaction: Queries, event: IntegrationEvent): Promise<void> => {
  await transaction.none('INSERT INTO effect (source, number) VALUES ($1, $2)', [event.source, numberOf(event)]);
};

/** What every bus does for its subscribers. */
export const describeSubscriptions = (
  name: string,
  openBus: (context: Mocha.Context) => Promise<BusForTests>,
): void => {
  describe(`subscribing to ${name}`, function () {
    this.timeout(200_000);
    let db: Database;
    let bus: BusForTests;
    let subscriber: string;
    let running: BusSubscription[];

    before(async () => {
      const url = await (await postgresForTests()).databaseUrl(SCHEMA);
      db = openDatabase(url, { schema: SCHEMA });
      await migrate(db, SCHEMA, [inboxMigration]);
      await db.none('CREATE TABLE effect (sequence bigserial, source text, number int)');
    });
    after(() => db.close());
    beforeEach(async function () {
      bus = await openBus(this);
      subscriber = `subscriber-${newId()}`;
      running = [];
      await db.none('TRUNCATE effect');
    });
    afterEach(async () => {
      await Promise.all(running.map((subscription) => subscription.stop()));
      await bus.close();
    });

    const start = async (options: Partial<SubscribeOptions> = {}): Promise<BusSubscription> => {
      const subscription = subscribe(bus.transport, {
        ...{ name: subscriber, patterns: ['#'], db, effect: record, logger: silentLogger, pausesMs: [1, 1, 1] },
        ...options,
      });
      running.push(subscription);
      await pollUntil('the subscription is live', () => subscription.state() === 'live');
      return subscription;
    };
    const effects = async (source = 'boxes'): Promise<readonly number[]> => {
      const rows = await db.any<{ number: number }>('SELECT number FROM effect WHERE source = $1 ORDER BY sequence', [
        source,
      ]);
      return rows.map(({ number }) => number);
    };
    const untilEffects = (count: number, source?: string) =>
      pollUntil(
        `${count} effects`,
        () => effects(source),
        (numbers) => numbers.length >= count,
      );

    it('has the effect of each event once and in the order of its stream', async () => {
      await start();
      await bus.publisher.publish(busEvents('integration-boxes', 1, 100));
      await untilEffects(100);
      expect(await effects()).to.deep.equal(range(1, 100));
    });

    it('ignores events that arrive again', async () => {
      const subscription = await start();
      const events = busEvents('integration-boxes', 1, 20);
      for (const batch of [events.slice(0, 12), events.slice(5), events]) await bus.publisher.publish(batch);
      await pollUntil('all are handled', () => subscription.counts().handled + subscription.counts().repeated >= 47);
      expect(await effects()).to.deep.equal(range(1, 20));
      expect(subscription.counts()).to.deep.equal({ handled: 20, repeated: 27, deadLetters: 0 });
    });

    it('delivers what the patterns select', async () => {
      await start({ patterns: ['boxes.box.*', 'moc-management.#'] });
      const place = { streamRevision: 0n, stream: 'integration-boxes' };
      const event = (number: number, eventType: string, stream = place.stream): BusEvent => ({
        ...{ ...place, stream },
        envelope: { ...boxFilled(number), eventType },
      });
      await bus.publisher.publish([
        event(1, 'box.emptied'),
        event(2, 'lid.closed'),
        event(3, 'box.lid.closed'),
        event(4, 'moc.created', 'integration-moc-management'),
        event(5, 'box.filled', 'integration-gallery'),
        event(6, 'box.filled'),
      ]);
      await untilEffects(3);
      expect((await effects()).toSorted()).to.deep.equal([1, 4, 6]);
    });

    it('keeps events for a subscriber that is away', async () => {
      const first = await start();
      await first.stop();
      await bus.publisher.publish(busEvents('integration-boxes', 1, 10));
      await start();
      await untilEffects(10);
      expect(await effects()).to.deep.equal(range(1, 10));
    });

    it('has no effect of an attempt that failed in the middle', async () => {
      let attempts = 0;
      const subscription = await start({
        effect: async (transaction, event) => {
          await record(transaction, event);
          attempts += 1;
          if (attempts < 3) throw new Error('failed after the first change');
        },
      });
      await bus.publisher.publish(busEvents('integration-boxes', 1, 1));
      await pollUntil('it is handled', () => subscription.counts().handled === 1);
      expect(attempts).to.equal(3);
      expect(await effects()).to.deep.equal([1]);
    });

    it('moves an event that keeps failing to the dead letters with the reason, and goes on', async () => {
      await start({
        effect: async (transaction, event) => {
          if (numberOf(event) === 3) throw new Error('three is too many');
          await record(transaction, event);
        },
      });
      const events = busEvents('integration-boxes', 1, 6);
      await bus.publisher.publish(events);
      await untilEffects(5);
      expect(await effects()).to.deep.equal([1, 2, 4, 5, 6]);
      const [letter, ...others] = await pollUntil('the dead letter', bus.deadLetters, ({ length }) => length > 0);
      expect(others).to.deep.equal([]);
      expect(letter?.reason).to.contain('three is too many');
      expect(JSON.parse(letter?.body ?? '')).to.deep.equal(events[2]?.envelope);
    });

    it('moves a message without an envelope to the dead letters', async () => {
      const subscription = await start();
      const envelope = { ...boxFilled(1), eventId: 'no-uuid' };
      await bus.publisher.publish([{ stream: 'integration-boxes', streamRevision: 0n, envelope }]);
      await pollUntil('it is moved', () => subscription.counts().deadLetters === 1);
      const [letter] = await pollUntil('the dead letter', bus.deadLetters, ({ length }) => length > 0);
      expect(letter?.reason).to.contain('The message has no envelope');
    });

    it('waits for an outage, while other streams go on', async () => {
      let isAway = true;
      const outage = Object.assign(new Error('away'), { outage: true });
      await start({
        effect: async (transaction, event) => {
          if (isAway && event.source === 'boxes' && numberOf(event) === 2) throw outage;
          await record(transaction, event);
        },
      });
      await bus.publisher.publish(busEvents('integration-boxes', 1, 4));
      const lid = { stream: 'integration-lids', streamRevision: 0n, envelope: boxFilled(1, 'lids') };
      await bus.publisher.publish([lid]);
      await untilEffects(1, 'lids');
      expect(await effects()).to.deep.equal([1]);
      isAway = false;
      await untilEffects(4);
      expect(await effects()).to.deep.equal([1, 2, 3, 4]);
    });

    it('lets a second instance take over where the first one stopped, in order', async () => {
      const first = await start();
      const second = await start();
      await bus.publisher.publish(busEvents('integration-boxes', 1, 200));
      await untilEffects(20);
      await first.stop();
      await untilEffects(200);
      expect(await effects()).to.deep.equal(range(1, 200));
      await pollUntil('all are counted', () => first.counts().handled + second.counts().handled >= 200);
      expect(first.counts().handled + second.counts().handled).to.equal(200);
    });

    it('gives each subscriber its own copy', async () => {
      const first = await start();
      const other = await start({ name: `${subscriber}-other` });
      await bus.publisher.publish(busEvents('integration-boxes', 1, 5));
      await pollUntil('both have all', () => first.counts().handled === 5 && other.counts().handled === 5);
    });

    it('forgets records of the inbox that are older than asked', async () => {
      const subscription = await start();
      await bus.publisher.publish(busEvents('integration-boxes', 1, 5));
      await pollUntil('all are handled', () => subscription.counts().handled === 5);
      expect(await pruneInbox(db, '2000-01-01T00:00:00Z')).to.equal(0);
      expect(await pruneInbox(db, '2100-01-01T00:00:00Z')).to.be.greaterThanOrEqual(5);
    });
  });
};
