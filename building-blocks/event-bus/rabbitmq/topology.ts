import type { Channel } from 'amqplib';

/** The names of the exchanges and queues that the platform declares on a broker. */
export type BusNames = {
  /** Topic exchange of all integration events. */
  readonly events: string;
  /** Fanout exchange and queue of messages that a subscriber gave up on. */
  readonly deadLetters: string;
  /** Queue of events that no queue was bound for when they were published. */
  readonly unrouted: string;
};

/** The names in one namespace, so that several platforms may share a broker. */
export const busNames = (namespace: string): BusNames => ({
  events: `${namespace}.events`,
  deadLetters: `${namespace}.dead-letters`,
  unrouted: `${namespace}.unrouted`,
});

/** Messages beyond this number replace the oldest ones: nobody may ever look, and the event store has all of them. */
const UNROUTED_MAX = 10_000;
const DEAD_LETTERS_MAX = 100_000;

/** Declares exchanges and queues; those that are there already stay as they are. */
export const declareTopology = async (channel: Channel, { events, deadLetters, unrouted }: BusNames): Promise<void> => {
  await channel.assertExchange(events, 'topic', { durable: true });
  await channel.assertExchange(deadLetters, 'fanout', { durable: true });
  await channel.assertQueue(deadLetters, { durable: true, maxLength: DEAD_LETTERS_MAX });
  await channel.bindQueue(deadLetters, deadLetters, '');
  await channel.assertQueue(unrouted, { durable: true, maxLength: UNROUTED_MAX });
};
