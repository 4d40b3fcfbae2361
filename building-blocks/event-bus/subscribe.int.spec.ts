import { connect } from 'amqplib';
import { newId } from '@lego-moc/application/new-id';
import { pollUntil } from '@lego-moc/application/poll-until';
import { silentLogger } from '@lego-moc/logger/logger';
import { hasRabbitMq, rabbitMqForTests } from '@lego-moc/testing/rabbitmq-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { inMemoryBus } from './in-memory-bus.ts';
import { DEAD_LETTER_HEADERS, queueName, rabbitMqTransport } from './rabbitmq/rabbitmq-transport.ts';
import { rabbitMqPublisher } from './rabbitmq/rabbitmq-publisher.ts';
import { busNames } from './rabbitmq/topology.ts';
import { describeSubscriptions } from './subscriber.contract.ts';
import { removeNamespace } from './testing/broker-queue.ts';

describeSubscriptions('the bus in memory', () => {
  const bus = inMemoryBus();
  return Promise.resolve({
    publisher: bus,
    transport: bus,
    deadLetters: () => Promise.resolve(bus.deadLetters),
    close: () => bus.close(),
  });
});

/** The dead letters of a namespace, which stay where they are. */
const peekDeadLetters = async (url: string, queue: string) => {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  const letters: { readonly body: string; readonly reason: string }[] = [];
  for (let message = await channel.get(queue); message !== false; message = await channel.get(queue))
    letters.push({
      body: message.content.toString('utf8'),
      reason: String(message.properties.headers?.[DEAD_LETTER_HEADERS.reason]),
    });
  await connection.close();
  return letters;
};

describeSubscriptions('RabbitMQ', async (context) => {
  if (!hasRabbitMq()) skipWithout(context, 'RabbitMQ', 'install rabbitmq-server or set TEST_RABBITMQ_URL');
  const url = await rabbitMqForTests();
  const namespace = `tests-${newId()}`;
  const settings = { url, namespace, logger: silentLogger };
  const publisher = rabbitMqPublisher(settings);
  const transport = rabbitMqTransport(settings);
  const queues = new Set<string>();
  await pollUntil('the broker is there', () => publisher.state().available);
  return {
    publisher,
    transport: {
      consume: (options, handle) => {
        queues.add(queueName(namespace, options.queue));
        return transport.consume(options, handle);
      },
    },
    deadLetters: () => peekDeadLetters(url, busNames(namespace).deadLetters),
    close: async () => {
      await publisher.close();
      await removeNamespace(url, namespace, [...queues]);
    },
  };
});
