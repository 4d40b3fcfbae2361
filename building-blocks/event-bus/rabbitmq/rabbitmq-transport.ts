import type { ChannelModel, ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import type { Logger } from '@lego-moc/logger/logger';
import type { BusMessage, BusTransport, MessageOutcome, QueueOptions } from '../transport.ts';
import { keepConnected } from './broker-connection.ts';
import { busNames, declareTopology, type BusNames } from './topology.ts';

type TransportOptions = { readonly url: string; readonly namespace: string; readonly logger: Logger };

/** A subscriber that is away for long loses the oldest ones to the dead letters instead of filling the broker's disk. */
const QUEUE_MAX = 1_000_000;

/** Headers of a dead letter that say where it comes from. */
export const DEAD_LETTER_HEADERS = { reason: 'dead-letter-reason', queue: 'dead-letter-queue' } as const;

/** The name of a subscriber's queue on the broker. */
export const queueName = (namespace: string, queue: string): string => `${namespace}.${queue}`;

const declareQueue = async (channel: ConfirmChannel, names: BusNames, queue: string, patterns: readonly string[]) => {
  await channel.assertQueue(queue, {
    durable: true,
    deadLetterExchange: names.deadLetters,
    maxLength: QUEUE_MAX,
    // One consumer at a time keeps the order; the others stand by.
    arguments: { 'x-single-active-consumer': true },
  });
  for (const pattern of patterns) await channel.bindQueue(queue, names.events, pattern);
};

type MessageProperties = Omit<Options.Publish, 'headers'> & { readonly headers?: Readonly<Record<string, unknown>> };

/** Resolves when the broker has the message among its dead letters. */
const bury = (channel: ConfirmChannel, exchange: string, queue: string, message: ConsumeMessage, reason: string) =>
  new Promise<void>((resolve, reject) => {
    const { headers, ...properties } = message.properties as MessageProperties;
    const source = { [DEAD_LETTER_HEADERS.reason]: reason, [DEAD_LETTER_HEADERS.queue]: queue };
    const options = { ...properties, persistent: true, headers: { ...headers, ...source } };
    channel.publish(exchange, message.fields.routingKey, message.content, options, (error: unknown) => {
      if (error === null || error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('The broker did not take the dead letter'));
    });
  });

/** Consumes on one connection: each message is acknowledged after its outcome is safe. */
const startConsuming = async (
  connection: ChannelModel,
  fail: (error: Error) => void,
  { names, queue, patterns, prefetch }: QueueOptions & { readonly names: BusNames },
  handle: (message: BusMessage) => Promise<MessageOutcome>,
): Promise<AbortController> => {
  const channel = await connection.createConfirmChannel();
  const sessionController = new AbortController();
  const end = (error: Error): void => {
    sessionController.abort();
    fail(error);
  };
  channel.on('error', end).on('close', () => end(new Error('The broker closed the channel')));
  connection.on('close', () => sessionController.abort());
  await declareTopology(channel, names);
  await declareQueue(channel, names, queue, patterns);
  await channel.prefetch(prefetch);

  const process = async (message: ConsumeMessage): Promise<void> => {
    const { signal } = sessionController;
    const stream = String(message.properties.headers?.['stream'] ?? message.fields.routingKey);
    const outcome = await handle({ stream, body: message.content.toString('utf8'), signal });
    if (signal.aborted) return;
    if (outcome !== 'done') await bury(channel, names.deadLetters, queue, message, outcome.deadLetter);
    channel.ack(message);
  };
  await channel.consume(queue, (message) => {
    if (message === null) end(new Error('The broker cancelled the consumer'));
    else process(message).catch((error: unknown) => end(error instanceof Error ? error : new Error(String(error))));
  });
  return sessionController;
};

/** The queues of a RabbitMQ broker: durable, one active consumer, dead letters with the reason in a header. */
export const rabbitMqTransport = ({ url, namespace, logger }: TransportOptions): BusTransport => ({
  consume: ({ queue, ...options }, handle) => {
    let isStopped = false;
    let session: AbortController | undefined;
    const place = { ...options, names: busNames(namespace), queue: queueName(namespace, queue) };
    const connection = keepConnected({
      url,
      logger,
      open: async (channelModel, fail) => (session = await startConsuming(channelModel, fail, place, handle)),
    });
    return {
      state: () => {
        if (isStopped) return 'stopped';
        const state = connection.state();
        if (state.available) return 'live';
        return state.reason === 'connecting' ? 'connecting' : 'waiting';
      },
      stop: async () => {
        isStopped = true;
        session?.abort();
        await connection.close();
      },
    };
  },
});
