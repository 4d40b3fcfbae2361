import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { silentLogger } from '@lego-moc/logger/logger';
import { EventBusUnavailable, EventRefused, type EventPublisher } from '../event-publisher.ts';
import type { BusEvent } from '../bus-event.ts';
import { startEventBridgeStub, type EventBridgeStub } from '../testing/eventbridge-stub.ts';
import { busEvents, numberOf } from '../testing/sample-events.ts';
import { eventBridgePublisher } from './eventbridge-publisher.ts';
import { parseEventBridgeUrl } from './eventbridge-url.ts';

const STREAM = 'integration-boxes';
const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIATESTS', AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests' } as const;

const range = (from: number, to: number): readonly number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const withPadding = (event: BusEvent, bytes: number): BusEvent => ({
  ...event,
  envelope: { ...event.envelope, payload: { ...event.envelope.payload, padding: 'x'.repeat(bytes) } },
});

describe('publishing on EventBridge', function () {
  this.timeout(30_000);
  let stub: EventBridgeStub;
  let publisher: EventPublisher;
  let formerEnv: NodeJS.ProcessEnv;

  before(() => {
    formerEnv = { ...process.env };
    Object.assign(process.env, CREDENTIALS);
  });
  after(() => {
    for (const name of Object.keys(CREDENTIALS))
      if (formerEnv[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = formerEnv[name];
  });
  beforeEach(async () => {
    stub = await startEventBridgeStub();
    const address = parseEventBridgeUrl(stub.url);
    if (address === undefined) throw new Error(`${stub.url} is no address`);
    publisher = eventBridgePublisher({
      ...{ address, logger: silentLogger, requestTimeoutMs: 300 },
      ...{ pausesMs: [5, 5, 5], probeMs: 20 },
    });
  });
  afterEach(async () => {
    await publisher.close();
    await stub.close();
  });

  const numbers = (): readonly number[] => stub.envelopes().map(numberOf);
  const failure = (events: readonly BusEvent[]): Promise<unknown> =>
    publisher.publish(events).then(
      () => undefined,
      (error: unknown) => error,
    );

  it('publishes in calls of ten, with the envelope as detail and the place as resource', async () => {
    await publisher.publish(busEvents(STREAM, 1, 25));
    expect(stub.calls.map(({ length }) => length)).to.deep.equal([10, 10, 5]);
    expect(numbers()).to.deep.equal(range(1, 25));
    expect(stub.acceptedEntries[0]).to.deep.include({
      EventBusName: 'mocs',
      Source: 'lego-moc.boxes',
      DetailType: 'box.filled',
      Resources: ['1@integration-boxes'],
    });
    expect(stub.envelopes()[0]).to.include.keys('eventId', 'eventType', 'timestamp', 'correlationId', 'payload');
  });

  it('keeps each call below 256 KiB', async () => {
    await publisher.publish(busEvents(STREAM, 1, 6).map((event) => withPadding(event, 100_000)));
    expect(stub.calls.map(({ length }) => length)).to.deep.equal([2, 2, 2]);
  });

  it('refuses an event above 256 KiB before it publishes any', async () => {
    const [first, second] = busEvents(STREAM, 1, 2);
    const error = await failure([first!, withPadding(second!, 262_144)]);
    expect(error).to.be.instanceOf(EventRefused);
    expect((error as EventRefused).eventId).to.equal(second?.envelope.eventId);
    expect(stub.calls).to.deep.equal([]);
  });

  it('sends the failed entries of a call again, in order, before the next call', async () => {
    stub.faults.push(
      { kind: 'partial', failed: { 2: 'ThrottlingException', 5: 'InternalFailure', 7: 'ThrottlingException' } },
      { kind: 'partial', failed: { 1: 'InternalFailure' } },
    );
    await publisher.publish(busEvents(STREAM, 1, 12));
    expect(stub.calls.map((entries) => entries.length)).to.deep.equal([10, 3, 1, 2]);
    expect(numbers()).to.deep.equal([1, 2, 4, 5, 7, 9, 10, 3, 8, 6, 11, 12]);
  });

  it('names the entry that EventBridge refuses for good', async () => {
    const events = busEvents(STREAM, 1, 3);
    stub.faults.push({ kind: 'partial', failed: { 1: 'MalformedDetail' } });
    const error = await failure(events);
    expect(error).to.be.instanceOf(EventRefused);
    expect((error as EventRefused).eventId).to.equal(events[1]?.envelope.eventId);
  });

  for (const [name, fault] of [
    ['throttled', { kind: 'error', status: 400, type: 'ThrottlingException' }],
    ['answered by 500', { kind: 'error', status: 500, type: 'InternalException' }],
    ['not answered', { kind: 'silence' }],
    ['cut off', { kind: 'disconnect' }],
  ] as const)
    it(`sends a call again that was ${name}`, async () => {
      stub.faults.push(fault);
      await publisher.publish(busEvents(STREAM, 1, 2));
      expect(numbers()).to.deep.equal([1, 2]);
    });

  it('is unavailable while every call fails, and notices by itself when the bus is back', async () => {
    const fault = { kind: 'error', status: 500, type: 'InternalException' } as const;
    stub.faults.push(...Array.from({ length: 50 }, () => fault));
    expect(await failure(busEvents(STREAM, 1, 1))).to.be.instanceOf(EventBusUnavailable);
    expect(publisher.state().available).to.equal(false);
    stub.faults.length = 0;
    await pollUntil('the bus is back', () => publisher.state().available);
  });

  it('gives up entries that keep failing, as an outage', async () => {
    const fault = { kind: 'partial', failed: { 0: 'ThrottlingException' } } as const;
    stub.faults.push(fault, fault, fault, fault);
    expect(await failure(busEvents(STREAM, 1, 1))).to.be.instanceOf(EventBusUnavailable);
    expect(numbers()).to.deep.equal([]);
  });
});

describe('the URL of a bus of EventBridge', () => {
  it('names bus and region', () => {
    expect(parseEventBridgeUrl('eventbridge:mocs?region=eu-central-1')).to.deep.equal({
      bus: 'mocs',
      region: 'eu-central-1',
    });
  });

  for (const url of [
    'eventbridge:',
    'eventbridge:mocs',
    'eventbridge:mocs?region=here',
    'amqp://mocs?region=eu-central-1',
  ])
    it(`is refused without both: ${url}`, () => {
      expect(parseEventBridgeUrl(url)).to.equal(undefined);
    });
});
