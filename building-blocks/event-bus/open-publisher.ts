import type { Logger } from '@lego-moc/logger/logger';
import type { BusEvent } from './bus-event.ts';
import type { EventPublisher } from './event-publisher.ts';
import { eventBridgePublisher } from './eventbridge/eventbridge-publisher.ts';
import { isEventBridgeUrl, parseEventBridgeUrl } from './eventbridge/eventbridge-url.ts';
import { rabbitMqPublisher } from './rabbitmq/rabbitmq-publisher.ts';

type PublisherOptions = {
  /** Begins the names of exchanges and queues. */
  readonly namespace: string;
  readonly logger: Logger;
  /** Called with each event that nobody subscribes to, where the bus says so. */
  readonly onUnrouted: (event: BusEvent) => void;
};

/** Whether `openPublisher` knows this kind of URL. */
export const isBusUrl = (url: string): boolean =>
  isEventBridgeUrl(url) ? parseEventBridgeUrl(url) !== undefined : /^amqps?:\/\/./.test(url);

/**
 * The bus at `amqp://…`, `amqps://…` or `eventbridge:BUS?region=REGION`, which connects by itself. Throws on a URL that
 * `isBusUrl` does not accept.
 */
export const openPublisher = (url: string, options: PublisherOptions): EventPublisher => {
  if (!isEventBridgeUrl(url)) return rabbitMqPublisher({ url, ...options });
  const address = parseEventBridgeUrl(url);
  if (address === undefined) throw new TypeError('An EventBridge URL is eventbridge:BUS?region=REGION');
  return eventBridgePublisher({ address, logger: options.logger });
};
