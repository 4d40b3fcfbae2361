import type { RequestHandler } from 'express';
import { eventStoreDbStreams } from '@lego-moc/event-store/event-store-db-streams';
import { reactionTo } from '@lego-moc/event-store/delivered-event';
import { integrationEnvelope } from '@lego-moc/event-store/integration-events';
import { subscribePersistently } from '@lego-moc/event-store/persistent-subscription';
import type { Subscription } from '@lego-moc/event-store/subscription';
import { publishIntegrationEvents } from '@lego-moc/event-store/publisher';
import { idempotent } from '@lego-moc/http/idempotency';
import {
  commandIdMigration,
  idempotencyMigration,
  postgresIdempotencyStore,
} from '@lego-moc/http/postgres-idempotency-store';
import type { Readiness } from '@lego-moc/http/api';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Category } from '@lego-moc/operations/categories';
import type { Database } from '@lego-moc/postgres/database';
import type { Migration } from '@lego-moc/postgres/migrations';
import { integrationDefinition, streamDefinition, type Definition } from '@lego-moc/read-models/definition';
import {
  followIntegration,
  followProjection,
  groupOf,
  type Host,
  type RunningProjection,
} from '@lego-moc/read-models/run-projection';
import { openInstances, quietInstances } from '@lego-moc/processes/open-instances';
import type { ReadModelStore } from '@lego-moc/read-models/read-model-store';
import { repeat, repeatUntilDone, type Running } from './loop.ts';
import type { Resources } from './container.ts';
import { countAppends } from './count-appends.ts';
import { appends, database, eventStore, readModels, tracing } from './resources/core.ts';
import type { Scope } from './scope.ts';

type DeclaredProjection = {
  readonly prepare: () => Promise<unknown>;
  readonly start: () => RunningProjection;
};

/** The declarations of a service. */
export type Declarations = {
  readonly db: Database | undefined;
  readonly migrations: readonly Migration[];
  readonly preparations: readonly (() => Promise<unknown>)[];
  readonly conditions: readonly (() => Readiness)[];
  readonly projections: readonly DeclaredProjection[];
  /** Names of the processes whose open instances are read models. */
  readonly processes: readonly string[];
  readonly categories: readonly Category[];
  /** In the order of declaration. Projections are started by those of `projections`. */
  readonly work: readonly (() => Running)[];
};

/**
 * Takes the names by which operators address projections and other subscriptions, and those of their groups. Throws at
 * the second use of a name: a command for one of the two could reach the other, and one group would share its events.
 */
const operableNames = (service: string): ((name: string) => void) => {
  const usedNames = new Set<string>();
  return (name) => {
    if (usedNames.has(name)) throw new Error(`${service} declares two subscriptions or projections named ${name}`);
    usedNames.add(name);
  };
};

type WorkScope = Pick<Scope, 'publish' | 'on' | 'onIntegrationEvent' | 'every' | 'untilDone' | 'run'>;

/** Background work: each declaration adds its start function to `work`. */
const workScope = (
  { name, logger, use }: Resources,
  work: (() => Running)[],
  takeName: (name: string) => void,
): WorkScope => {
  const on: Scope['on'] = (group, source, handle, options = {}) => {
    takeName(group);
    let subscription: Subscription | undefined;
    work.push(() => {
      subscription = subscribePersistently(use(eventStore), {
        ...options,
        ...{ group, source, handle, logger, tracer: use(tracing).tracer },
      });
      return subscription;
    });
    return () => subscription?.status().state ?? 'connecting';
  };
  return {
    on,
    publish: (publication) =>
      void work.push(() =>
        publishIntegrationEvents(use(eventStore), {
          ...publication,
          context: name,
          logger,
          tracer: use(tracing).tracer,
        }),
      ),
    onIntegrationEvent: (group, { stream, payload }, handle) => {
      const envelope = integrationEnvelope(payload);
      on(group, { stream }, async (event) => {
        const { eventId, data } = event;
        const cause = reactionTo(event, { commandId: derivedId(group, eventId), actor: group });
        await handle({ payload: envelope.parse(data).payload, eventId, cause });
      });
    },
    every: (everyMs, loop, run) => void work.push(() => repeat(run, { name: loop, everyMs, logger })),
    untilDone: (retryMs, loop, run) =>
      void work.push(() => repeatUntilDone(run, { name: loop, everyMs: retryMs, logger })),
    run: (start) => void work.push(start),
  };
};

type ProjectionScope = Pick<Scope, 'project' | 'projectIntegrationEvents'>;

/** Read models: each declaration adds one to `projections`. */
const projectionScope = (
  { name, logger, use }: Resources,
  projections: DeclaredProjection[],
  takeName: (name: string) => void,
  useReadModels: () => ReadModelStore,
): ProjectionScope => {
  const declareProjection = (
    definition: Definition,
    start: (host: Host) => RunningProjection,
    optionalStore?: ReadModelStore,
  ): (() => RunningProjection | undefined) => {
    takeName(definition.name);
    takeName(groupOf(name, definition));
    const host: Host = {
      client: use(eventStore),
      store: optionalStore ?? useReadModels(),
      ...{ context: name, logger, tracer: use(tracing).tracer },
    };
    let running: RunningProjection | undefined;
    projections.push({
      // A projection prepares itself when it starts; the service waits only for the store that it cannot do without.
      prepare: () => (optionalStore === undefined ? host.store.prepare(definition) : Promise.resolve()),
      start: () => (running = start(host)),
    });
    return () => running;
  };

  return {
    project: (projection, codec) =>
      void declareProjection(streamDefinition(projection, codec), (host) => followProjection(host, projection, codec)),
    projectIntegrationEvents: (projection, optionalStore) =>
      declareProjection(
        integrationDefinition(projection),
        (host) => followIntegration(host, projection),
        optionalStore,
      ),
  };
};

/** A scope on these resources, and its declarations so far. */
export const declareOn = <Settings>(
  resources: Resources,
  settings: Settings,
): { readonly scope: Scope<Settings>; readonly declarations: () => Declarations } => {
  const { name, clock, logger, read, use } = resources;
  const migrations: Migration[] = [];
  const preparations: (() => Promise<unknown>)[] = [];
  const conditions: (() => Readiness)[] = [];
  const projections: DeclaredProjection[] = [];
  const categories = new Map<string, Category>();
  const processes: string[] = [];
  const work: (() => Running)[] = [];
  const takeName = operableNames(name);
  let db: Database | undefined;
  const useDatabase = (): Database => (db ??= use(database));
  const useReadModels = (): ReadModelStore => {
    useDatabase();
    return use(readModels);
  };

  const scope: Scope<Settings> = {
    ...{ name, settings, clock, logger, read, use },
    ...workScope(resources, work, takeName),
    ...projectionScope(resources, projections, takeName, useReadModels),
    openInstances: (process, codec) => {
      processes.push(process.name);
      scope.project(openInstances(process), codec);
      return quietInstances(useDatabase(), process);
    },
    get eventStore() {
      return use(eventStore);
    },
    get db() {
      return useDatabase();
    },
    streams: (category, codec, fold) => {
      const knownFold = (fold ?? categories.get(category)?.fold) as Category['fold'];
      categories.set(category, { name: category, codec, fold: knownFold });
      const streams = eventStoreDbStreams(use(eventStore), category, codec, use(tracing).tracer);
      return countAppends(streams, category, use(appends));
    },
    idempotency: (): RequestHandler => {
      migrations.push(idempotencyMigration, commandIdMigration);
      return idempotent(postgresIdempotencyStore(useDatabase()), { logger });
    },
    migrate: (more) => void migrations.push(...more),
    prepare: (preparation) => void preparations.push(preparation),
    readyWhile: (reason, holds) => void conditions.push(() => (holds() ? { ready: true } : { ready: false, reason })),
  };
  return {
    scope,
    declarations: () => ({
      ...{ db, migrations, preparations, conditions, projections, processes, work },
      categories: [...categories.values()],
    }),
  };
};
