import type { Logger } from '@lego-moc/logger/logger';
import type { BusEvent } from './bus-event.ts';
import type { EventPublisher } from './event-publisher.ts';
import { rabbitMqPublisher } from './rabbitmq/rabbitmq-publisher.ts';

type PublisherOptions = {
  /** Begins the names of exchanges and queues. */
  readonly namespace: string;
  readonly logger: Logger;
  /** Called with each event that nobody subscribes to. */
  readonly onUnrouted: (event: BusEvent) => void;
};

/** Whether `openPublisher` knows this kind of URL. */
export const isBusUrl = (url: string): boolean => /^amqps?:\/\/./.test(url);

/** The bus at `amqp://…` or `amqps://…`, which connects by itself. */
export const openPublisher = (url: string, options: PublisherOptions): EventPublisher =>
  rabbitMqPublisher({ url, ...options });
