import type { RequestHandler } from 'express';
import type { z } from 'zod';
import type { Codec } from '@lego-moc/event-codec/codec';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import type { DeliveredEvent, Source } from '@lego-moc/event-store/delivered-event';
import type { Publication } from '@lego-moc/event-store/publication';
import type { PersistentOptions } from '@lego-moc/event-store/persistent-subscription';
import type { SubscriptionStatus } from '@lego-moc/event-store/subscription';
import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import type { Message } from '@lego-moc/kernel/message';
import type { Database } from '@lego-moc/postgres/database';
import type { Migration } from '@lego-moc/postgres/migrations';
import type { IntegrationProjection, Projection } from '@lego-moc/read-models/projection';
import type { Running, Work } from './loop.ts';
import type { Opening } from './resource.ts';

type SubscribeOptions = Partial<Pick<PersistentOptions, 'concurrency' | 'startFrom' | 'messageTimeoutMs'>>;

/** Heard of another context, with the cause of what is done about it: the same each time it is heard. */
type News<Payload> = { readonly payload: Payload; readonly eventId: string; readonly cause: Cause };

/**
 * What `wire` declares a service with. Declaring starts nothing: migrations and projections are prepared before the
 * service is ready; projections, subscriptions, publishers and loops start then, in the order in which they were
 * declared, and stop in the reverse order.
 */
export interface Scope<Settings = unknown> extends Opening {
  readonly settings: Settings;
  readonly eventStore: EventStoreClient;
  /** The service's schema. Whoever uses it is ready only while the database answers. */
  readonly db: Database;

  /** The streams `<category>-<id>`. */
  streams<Event extends Message>(category: string, codec: Codec<Event>): EventStreams<Event>;
  /** Replays the answer to a request that comes again under one `Idempotency-Key`. Goes behind authentication. */
  idempotency(): RequestHandler;

  migrate(migrations: readonly Migration[]): void;
  /** Has to succeed before the service is ready; tried again until it does. */
  prepare(work: () => Promise<unknown>): void;
  /** Keeps the service unready, for this reason, while `holds` does not. */
  readyWhile(reason: string, holds: () => boolean): void;

  /** A read model of the service's own streams, with its routes for operators. */
  project<Event, Row extends object>(projection: Projection<Event, Row>, codec: Pick<Codec<Event>, 'decode'>): void;
  /** A read model of what other contexts publish. */
  projectNews<Payload, Row extends object>(projection: IntegrationProjection<Payload, Row>): void;
  /** Tells other contexts, on `integration-<name>`. */
  publish(publication: Pick<Publication, 'source' | 'translate'>): void;
  /**
   * Handles what comes from `source`, shared with all who use the same group; see `subscribePersistently`. Returns how
   * to ask for the state of the subscription.
   */
  on(
    group: string,
    source: Source,
    handle: (event: DeliveredEvent) => Promise<void>,
    options?: SubscribeOptions,
  ): () => SubscriptionStatus['state'];
  /** Handles what another context publishes on `stream`; the group names the actor of what is done about it. */
  hear<Payload>(
    group: string,
    news: { readonly stream: string; readonly payload: z.ZodType<Payload> },
    handle: (news: News<Payload>) => Promise<void>,
  ): void;
  /** Works at once and then again `everyMs` after each run. A failure is logged as the failure of `name`. */
  every(everyMs: number, name: string, work: Work): void;
  /** Works until it has succeeded once, with pauses of `retryMs`. */
  untilDone(retryMs: number, name: string, work: Work): void;
  /** Anything else that goes on beside requests. */
  run(start: () => Running): void;
}
