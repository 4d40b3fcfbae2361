import { z } from 'zod';
import { connectEventStore, type EventStoreClient } from '@lego-moc/event-store/connect';
import { schemaOf } from '@lego-moc/http/service-contract';
import { systemClock, type Clock } from '@lego-moc/application/clock';
import { createLogger, type Logger } from '@lego-moc/logger/logger';
import { createMetrics, type Metrics } from '@lego-moc/metrics/metrics';
import { openDatabase, type Database } from '@lego-moc/postgres/database';
import { postgresReadModels } from '@lego-moc/read-models/postgres/postgres-read-models';
import type { ReadModelStore } from '@lego-moc/read-models/read-model-store';
import { openTracing } from '@lego-moc/tracing/open-tracing';
import type { Tracing } from '@lego-moc/tracing/tracer';
import { tracingSettings } from '@lego-moc/tracing/settings';
import { appendCounter, type AppendCounter } from '../count-appends.ts';
import type { Resource } from '../resource.ts';

export const clock: Resource<Clock> = { name: 'clock', open: () => systemClock };

export const logger: Resource<Logger> = {
  name: 'logger',
  open: ({ name, read }) =>
    createLogger(name, read({ LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info') }).LOG_LEVEL),
};

/** The metrics of the service, which its API exposes. */
export const metrics: Resource<Metrics> = { name: 'metrics', open: ({ name }) => createMetrics(name) };

/** The steps of requests through all services, where a collector is configured. */
export const tracing: Resource<Tracing> = {
  name: 'tracing',
  open: ({ name, logger, read }) => openTracing(name, read(tracingSettings), logger),
  close: ({ close }) => close(),
};

/** Counts appended events in the metrics of the service. */
export const appends: Resource<AppendCounter> = {
  name: 'append counter',
  open: ({ use }) => appendCounter(use(metrics)),
};

export const eventStore: Resource<EventStoreClient> = {
  name: 'event store',
  open: ({ read }) => connectEventStore(read({ EVENTSTORE_URL: z.string() }).EVENTSTORE_URL),
  close: (client) => client.dispose(),
};

/** The service's own schema. */
export const database: Resource<Database> = {
  name: 'database',
  open: ({ name, read }) =>
    openDatabase(read({ DATABASE_URL: z.string() }).DATABASE_URL, { schema: schemaOf({ name }) }),
  close: (db) => db.close(),
};

/** The store of the service's read models. */
export const readModels: Resource<ReadModelStore> = {
  name: 'read models',
  open: ({ use }) => postgresReadModels(use(database)),
};
