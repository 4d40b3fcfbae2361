import { connect, type ConsumeMessage } from 'amqplib';
import { busNames } from '../rabbitmq/topology.ts';

/** A queue bound to the events of a namespace, and the messages that arrived in it. */
export const openQueue = async (url: string, namespace: string, pattern = '#') => {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const names = busNames(namespace);
  await channel.assertExchange(names.events, 'topic', { durable: true });
  const { queue } = await channel.assertQueue('', { exclusive: true });
  await channel.bindQueue(queue, names.events, pattern);
  const messages: ConsumeMessage[] = [];
  await channel.consume(
    queue,
    (message) => {
      if (message !== null) messages.push(message);
    },
    { noAck: true },
  );
  return {
    messages,
    texts: (): readonly string[] => messages.map(({ content }) => content.toString('utf8')),
    close: () => connection.close(),
  };
};

/** How many messages wait in a queue that others declared. */
export const countMessages = async (url: string, queue: string): Promise<number> => {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const { messageCount } = await channel.checkQueue(queue);
  await connection.close();
  return messageCount;
};

/** Removes everything durable of a namespace. */
export const removeNamespace = async (
  url: string,
  namespace: string,
  queues: readonly string[] = [],
): Promise<void> => {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const { events, deadLetters, unrouted } = busNames(namespace);
  for (const queue of [deadLetters, unrouted, ...queues]) await channel.deleteQueue(queue);
  for (const exchange of [events, deadLetters]) await channel.deleteExchange(exchange);
  await connection.close();
};
