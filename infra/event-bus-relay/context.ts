import { z } from 'zod';
import { isBusUrl, openPublisher } from '@lego-moc/event-bus/open-publisher';
import type { EventPublisher } from '@lego-moc/event-bus/event-publisher';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { subscribePersistently } from '@lego-moc/event-store/persistent-subscription';
import type { Subscription } from '@lego-moc/event-store/subscription';
import { DEFAULT_PORTS } from '@lego-moc/http/default-ports';
import type { ServiceContract } from '@lego-moc/http/service-contract';
import type { Resource } from '@lego-moc/service/resource';
import { metrics } from '@lego-moc/service/resources/core';
import type { Context } from '@lego-moc/service/run-context';
import { createRelay } from './relay.ts';
import { eventCounters, gaugeLag, pendingEvents } from './relay-metrics.ts';
import { limitPositions } from './relay-position.ts';

const RELAY: ServiceContract = {
  name: 'event-bus-relay',
  port: DEFAULT_PORTS['event-bus-relay'],
  purpose: 'integration events to the event bus',
  routes: [],
};

const AWAY = 'The event bus is away; events wait in the event store until it is back.';

const settings = {
  EVENT_BUS_URL: z
    .string()
    .refine(isBusUrl, 'An event bus is amqp://user:password@host:5672 or eventbridge:BUS?region=REGION'),
  /** Begins the names of exchanges and queues. */
  EVENT_BUS_NAMESPACE: z
    .string()
    .regex(/^[a-z][a-z0-9.-]{0,60}$/)
    .default('lego-moc'),
  /** Begins the names of the streams that are relayed, and so divides a shared store among relays. */
  EVENT_BUS_STREAM_PREFIX: z.string().startsWith('integration-').default('integration-'),
};

const counters: Resource<ReturnType<typeof eventCounters>> = {
  name: 'event counters',
  open: ({ use }) => eventCounters(use(metrics)),
};

/** The bus that `EVENT_BUS_URL` names. */
export const publisher: Resource<EventPublisher> = {
  name: 'event publisher',
  open: ({ read, logger, use }) => {
    const { EVENT_BUS_URL: url, EVENT_BUS_NAMESPACE: namespace } = read(settings);
    return openPublisher(url, { namespace, logger, onUnrouted: use(counters).countUnrouted });
  },
  close: (bus) => bus.close(),
};

/** A service that relays integration events to a bus outside the platform. One instance at a time does. */
export const eventBusRelay: Context<typeof settings> = {
  service: RELAY,
  settings,
  contracts: [],
  wire: (it) => {
    const { name } = RELAY;
    const streamPrefix = it.settings.EVENT_BUS_STREAM_PREFIX;
    // A relay of some streams has positions of its own.
    const relayName = streamPrefix === 'integration-' ? name : `${name}-${streamPrefix}`;
    const client = it.eventStore;
    const bus = it.use(publisher);
    const { countRelayed, countSkipped, countError } = it.use(counters);
    const relay = createRelay({
      ...{ name: relayName, client, publisher: bus, logger: it.logger, streamPrefix },
      onRelayed: countRelayed,
      onSkipped: countSkipped,
    });
    const pending = pendingEvents(relay.confirmedPlace);
    const now = (): number => Date.parse(it.clock());
    const observe =
      <Events>(handle: (events: Events) => Promise<void>, listOf: (events: Events) => readonly DeliveredEvent[]) =>
      async (events: Events): Promise<void> => {
        pending.add(listOf(events));
        try {
          await handle(events);
        } catch (error) {
          countError(error, now());
          throw error;
        }
      };
    let subscription: Subscription | undefined;

    it.prepare(() => limitPositions(client, relayName));
    it.readyWhile(AWAY, () => bus.state().available);
    gaugeLag(it.use(metrics), {
      ...{ client, pending, now, confirmedPlace: relay.confirmedPlace, busState: () => bus.state() },
      isActive: () => subscription?.status().state === 'live',
    });
    it.run(
      () =>
        (subscription = subscribePersistently(client, {
          group: relayName,
          source: { streamPrefixes: [streamPrefix] },
          logger: it.logger,
          exclusive: true,
          handle: observe(relay.handle, (event) => [event]),
          handleAll: observe(relay.handleAll, (events) => events),
        })),
    );
    return [];
  },
};
