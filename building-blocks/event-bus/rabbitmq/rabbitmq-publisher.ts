import type { ConfirmChannel } from 'amqplib';
import type { Logger } from '@lego-moc/logger/logger';
import { routingKeyOf, type BusEvent } from '../bus-event.ts';
import { EventBusUnavailable, type EventPublisher } from '../event-publisher.ts';
import { keepConnected } from './broker-connection.ts';
import { busNames, declareTopology, type BusNames } from './topology.ts';

type PublisherOptions = {
  readonly url: string;
  readonly namespace: string;
  readonly logger: Logger;
  /** Called with each event that no queue was bound for. */
  readonly onUnrouted?: (event: BusEvent) => void;
  /** How long a broker may take to confirm. */
  readonly confirmTimeoutMs?: number;
};

type Session = {
  readonly channel: ConfirmChannel;
  /** Ids of the messages that the broker returned since they were published. */
  readonly returnedIds: Set<string>;
};

const CONFIRM_TIMEOUT_MS = 10_000;

const propertiesOf = ({ stream, streamRevision, envelope, traceparent }: BusEvent) => ({
  persistent: true,
  messageId: envelope.eventId,
  type: envelope.eventType,
  correlationId: envelope.correlationId,
  appId: envelope.source,
  timestamp: Math.floor(Date.parse(envelope.timestamp) / 1_000),
  contentType: 'application/json',
  headers: { stream, revision: String(streamRevision), ...(traceparent === undefined ? {} : { traceparent }) },
});

/** Publishes one message; resolves when the broker has stored it in every queue that it belongs to. */
const publishConfirmed = (
  channel: ConfirmChannel,
  { exchange, routingKey, mandatory }: { exchange: string; routingKey: string; mandatory: boolean },
  event: BusEvent,
): Promise<void> =>
  new Promise((resolve, reject) => {
    const content = Buffer.from(JSON.stringify(event.envelope));
    channel.publish(exchange, routingKey, content, { ...propertiesOf(event), mandatory }, (error: unknown) => {
      if (error === null || error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('The broker did not take the message'));
    });
  });

const publishAll = async ({ channel, returnedIds }: Session, names: BusNames, events: readonly BusEvent[]) => {
  await Promise.all(
    events.map((event) =>
      publishConfirmed(channel, { exchange: names.events, routingKey: routingKeyOf(event), mandatory: true }, event),
    ),
  );
  // The broker returns a message before it confirms it.
  const unroutedEvents = events.filter(({ envelope }) => returnedIds.delete(envelope.eventId));
  const toQueue = { exchange: '', routingKey: names.unrouted, mandatory: false };
  await Promise.all(unroutedEvents.map((event) => publishConfirmed(channel, toQueue, event)));
  return unroutedEvents;
};

/** Rejects when `work` takes longer. */
const within = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no confirmation within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
};

const openSession =
  (names: BusNames) =>
  async (connection: Parameters<Parameters<typeof keepConnected>[0]['open']>[0], fail: (error: Error) => void) => {
    const channel = await connection.createConfirmChannel();
    const returnedIds = new Set<string>();
    channel.on('error', fail).on('close', () => fail(new Error('The broker closed the channel')));
    channel.on('return', ({ properties }) => void returnedIds.add(String(properties.messageId)));
    await declareTopology(channel, names);
    return { channel, returnedIds };
  };

/**
 * Publishes on a topic exchange of RabbitMQ with publisher confirms. An event that no queue is bound for goes to the
 * queue of unrouted events, before it counts as published.
 */
export const rabbitMqPublisher = ({
  url,
  namespace,
  logger,
  onUnrouted = () => undefined,
  confirmTimeoutMs = CONFIRM_TIMEOUT_MS,
}: PublisherOptions): EventPublisher => {
  const names = busNames(namespace);
  const connection = keepConnected({ url, open: openSession(names), logger });
  return {
    publish: async (events) => {
      const session = connection.session();
      try {
        for (const event of await within(publishAll(session, names, events), confirmTimeoutMs)) onUnrouted(event);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        // What is in flight on this channel has an unknown outcome: a new one starts without it.
        connection.reset(reason);
        throw new EventBusUnavailable(reason, { cause: error });
      }
    },
    state: connection.state,
    close: connection.close,
  };
};
