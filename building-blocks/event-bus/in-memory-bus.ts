import { routingKeyOf, type BusEvent } from './bus-event.ts';
import type { EventPublisher } from './event-publisher.ts';
import type { BusMessage, BusTransport, MessageOutcome, QueueOptions } from './transport.ts';

type StoredMessage = Pick<BusMessage, 'stream' | 'body'> & { readonly routingKey: string };

/** A message that a subscriber gave up on. */
export type DeadLetter = StoredMessage & { readonly queue: string; readonly reason: string };

type Consumer = {
  readonly prefetch: number;
  readonly handle: (message: BusMessage) => Promise<MessageOutcome>;
  readonly controller: AbortController;
};

type Queue = {
  patterns: readonly string[];
  /** In order; those that are delivered stay until they have an outcome. */
  readonly messages: StoredMessage[];
  readonly delivered: Set<StoredMessage>;
  /** The first one is active. */
  readonly consumers: Consumer[];
};

const matches = (pattern: readonly string[], words: readonly string[]): boolean => {
  const [first, ...rest] = pattern;
  if (first === undefined) return words.length === 0;
  if (first === '#') return matches(rest, words) || (words.length > 0 && matches(pattern, words.slice(1)));
  return words.length > 0 && (first === '*' || first === words[0]) && matches(rest, words.slice(1));
};

/** Whether a routing key matches a pattern of a topic exchange. */
export const matchesPattern = (pattern: string, routingKey: string): boolean =>
  matches(pattern.split('.'), routingKey.split('.'));

/** A bus within the process, with the behaviour of RabbitMQ's: for tests of subscribers. */
export const inMemoryBus = (): EventPublisher & BusTransport & { readonly deadLetters: readonly DeadLetter[] } => {
  const queues = new Map<string, Queue>();
  const deadLetters: DeadLetter[] = [];

  const settle = (name: string, queue: Queue, message: StoredMessage, outcome: MessageOutcome): void => {
    queue.delivered.delete(message);
    queue.messages.splice(queue.messages.indexOf(message), 1);
    if (outcome !== 'done') deadLetters.push({ ...message, queue: name, reason: outcome.deadLetter });
  };

  const deliver = (name: string, queue: Queue): void => {
    const [consumer] = queue.consumers;
    if (consumer === undefined) return;
    const { prefetch, handle, controller } = consumer;
    for (const message of queue.messages) {
      if (queue.delivered.size >= prefetch) return;
      if (queue.delivered.has(message)) continue;
      queue.delivered.add(message);
      void handle({ ...message, signal: controller.signal }).then((outcome) => {
        if (controller.signal.aborted) return;
        settle(name, queue, message, outcome);
        deliver(name, queue);
      });
    }
  };

  const consume = ({ queue: name, patterns, prefetch }: QueueOptions, handle: Consumer['handle']) => {
    const queue = queues.get(name) ?? { patterns, messages: [], delivered: new Set(), consumers: [] };
    queue.patterns = [...new Set([...queue.patterns, ...patterns])];
    queues.set(name, queue);
    const consumer: Consumer = { prefetch, handle, controller: new AbortController() };
    queue.consumers.push(consumer);
    deliver(name, queue);
    return {
      state: () => (consumer.controller.signal.aborted ? ('stopped' as const) : ('live' as const)),
      stop: () => {
        consumer.controller.abort();
        if (queue.consumers[0] === consumer) queue.delivered.clear();
        queue.consumers.splice(queue.consumers.indexOf(consumer), 1);
        deliver(name, queue);
        return Promise.resolve();
      },
    };
  };

  return {
    deadLetters,
    consume,
    publish: (events: readonly BusEvent[]) => {
      for (const event of events) {
        const routingKey = routingKeyOf(event);
        const message = { stream: event.stream, body: JSON.stringify(event.envelope), routingKey };
        for (const [name, queue] of queues) {
          if (!queue.patterns.some((pattern) => matchesPattern(pattern, routingKey))) continue;
          queue.messages.push({ ...message });
          deliver(name, queue);
        }
      }
      return Promise.resolve();
    },
    state: () => ({ available: true }),
    close: () => Promise.resolve(),
  };
};
