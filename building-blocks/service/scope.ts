import type { RequestHandler } from 'express';
import type { z } from 'zod';
import type { Codec } from '@lego-moc/event-codec/codec';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import type { DeliveredEvent, Source } from '@lego-moc/event-store/delivered-event';
import type { Publication } from '@lego-moc/event-store/publication';
import type { PersistentOptions } from '@lego-moc/event-store/persistent-subscription';
import type { SubscriptionStatus } from '@lego-moc/event-store/subscription';
import type { Cause, EventStreams } from '@lego-moc/application/event-streams';
import type { Decider } from '@lego-moc/kernel/decider';
import type { Process } from '@lego-moc/kernel/process';
import type { QuietInstances } from '@lego-moc/processes/open-instances';
import type { Message } from '@lego-moc/kernel/message';
import type { Database } from '@lego-moc/postgres/database';
import type { Migration } from '@lego-moc/postgres/migrations';
import type { IntegrationProjection, Projection } from '@lego-moc/read-models/projection';
import type { ReadModelStore } from '@lego-moc/read-models/read-model-store';
import type { RunningProjection } from '@lego-moc/read-models/run-projection';
import type { Running, Work } from './loop.ts';
import type { Opening } from './resource.ts';

/** How the events of a stream fold to a state. */
type Fold<State, Event> = Pick<Decider<never, State, Event, never>, 'initial' | 'evolve'>;

type SubscribeOptions = Partial<Pick<PersistentOptions, 'concurrency' | 'startFrom' | 'messageTimeoutMs'>>;

/** An integration event of another context, with the cause of the reaction to it: the same at each delivery. */
type ReceivedIntegrationEvent<Payload> = { readonly payload: Payload; readonly eventId: string; readonly cause: Cause };

/**
 * The declarations that `wire` makes. Declaring starts nothing: migrations and projections are prepared before the
 * service is ready; projections, subscriptions, publishers and loops start then, in the order of declaration, and stop
 * in the reverse order. Throws when a projection or subscription takes the name of another one.
 */
export interface Scope<Settings = unknown> extends Opening {
  readonly settings: Settings;
  readonly eventStore: EventStoreClient;
  /** The service's schema. A service that uses it is ready only while the database answers. */
  readonly db: Database;

  /** The streams `<category>-<id>`. With a `fold`, operators see the states that their events lead to. */
  streams<Event extends Message, State = unknown>(
    category: string,
    codec: Codec<Event>,
    fold?: Fold<State, Event>,
  ): EventStreams<Event>;
  /** Replays the answer to a request that is repeated under one `Idempotency-Key`. Goes behind authentication. */
  idempotency(): RequestHandler;

  migrate(migrations: readonly Migration[]): void;
  /** Must succeed before the service is ready; repeated until it does. */
  prepare(work: () => Promise<unknown>): void;
  /** Keeps the service unready, for this reason, while `holds` is false. */
  readyWhile(reason: string, holds: () => boolean): void;

  /** A read model of the service's own streams, with its routes for operators. */
  project<Event, Row extends object>(projection: Projection<Event, Row>, codec: Pick<Codec<Event>, 'decode'>): void;
  /**
   * A read model of other contexts' integration events. In `optionalStore` instead of the service's own, it does not keep
   * the service from being ready. Returns how to ask for the projection, which runs once the service is ready.
   */
  projectIntegrationEvents<Payload, Row extends object>(
    projection: IntegrationProjection<Payload, Row>,
    optionalStore?: ReadModelStore,
  ): () => RunningProjection | undefined;
  /**
   * The read model of the instances of a process that are not over, with its routes for operators. Returns those that are
   * quiet, to be taken over.
   */
  openInstances<Event, State, Command>(
    process: Process<Event, State, Command>,
    codec: Pick<Codec<Event>, 'decode'>,
  ): QuietInstances;
  /** Publishes integration events on `integration-<name>`. */
  publish(publication: Pick<Publication, 'source' | 'translate'>): void;
  /**
   * Handles the events of `source`, shared with all members of the same group; see `subscribePersistently`. Returns a
   * function that reports the state of the subscription.
   */
  on(
    group: string,
    source: Source,
    handle: (event: DeliveredEvent) => Promise<void>,
    options?: SubscribeOptions,
  ): () => SubscriptionStatus['state'];
  /**
   * Handles the integration events of another context on `stream`; the group is the actor of the commands that follow.
   */
  onIntegrationEvent<Payload>(
    group: string,
    source: { readonly stream: string; readonly payload: z.ZodType<Payload> },
    handle: (event: ReceivedIntegrationEvent<Payload>) => Promise<void>,
  ): void;
  /** Runs at once and then again `everyMs` after each run. A failure is logged under `name`. */
  every(everyMs: number, name: string, work: Work): void;
  /** Runs until it has succeeded once, with pauses of `retryMs`. */
  untilDone(retryMs: number, name: string, work: Work): void;
  /** Any other background work. */
  run(start: () => Running): void;
}
