import type { Codec } from '@lego-moc/event-codec/codec';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { operableGroup, type Operable, type OperableStatus } from '@lego-moc/event-store/operable';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { subscribePersistently } from '@lego-moc/event-store/persistent-subscription';
import type { Logger } from '@lego-moc/logger/logger';
import type { Database } from '@lego-moc/postgres/database';
import { integrationDefinition, streamDefinition, type Definition } from './definition.ts';
import { follower } from './follow.ts';
import { currentGeneration, prepareProjection, shapeOf } from './generations.ts';
import { rowsOf } from './names.ts';
import type { IntegrationProjection, Projection } from './projection.ts';
import { rebuildProjection, type Progress } from './rebuild.ts';

/** Where a projection runs. */
export type Host = {
  readonly client: EventStoreClient;
  readonly db: Database;
  /** Its groups are named `<context>-<name>`. */
  readonly context: string;
  readonly logger: Logger;
};

export type ProjectionStatus = OperableStatus & {
  readonly generation: number;
  readonly builtAt: string;
  readonly rows: number;
};

export type RunningProjection = Operable<ProjectionStatus> & {
  /** Throws `RebuildRunning`. */
  rebuild(onProgress?: (progress: Progress) => void): Promise<Progress>;
  stop(): Promise<void>;
};

/** Follows private streams, decoded by `codec`. Needs neither the store nor the database to be up yet. */
export const followProjection = <Event, Row extends object>(
  host: Host,
  projection: Projection<Event, Row>,
  codec: Pick<Codec<Event>, 'decode'>,
): RunningProjection => runProjection(host, streamDefinition(projection, codec));

/** Follows what other contexts publish. Needs neither the store nor the database to be up yet. */
export const followIntegration = <Payload, Row extends object>(
  host: Host,
  projection: IntegrationProjection<Payload, Row>,
): RunningProjection => runProjection(host, integrationDefinition(projection));

const runProjection = (host: Host, definition: Definition): RunningProjection => {
  const { client, db, context } = host;
  const logger = host.logger.child({ projection: definition.name });
  const group = `${context}-${definition.name}`;
  const rebuild = (onProgress?: (progress: Progress) => void) => rebuildProjection(client, db, definition, onProgress);
  const follow = follower(client, db, definition);
  const inShape = shapedOnce(host.db, definition, rebuild, logger);
  const handleAll = async (batch: readonly DeliveredEvent[]): Promise<void> => {
    await inShape();
    await follow(batch);
  };
  const subscriptions = definition.sources.map((source) => ({
    source,
    ...subscribePersistently(client, {
      group,
      source,
      logger,
      handle: (delivered) => handleAll([delivered]),
      handleAll,
    }),
  }));
  // Not only with the first message: readers want the view from the beginning. What fails here is tried again there.
  void inShape().catch((error: unknown) => logger.warn('Projection not prepared yet', { error }));

  const { status, parked, replay } = operableGroup(client, group, subscriptions);

  return {
    name: definition.name,
    status: async () => ({ ...(await status()), name: definition.name, ...(await standing(db, definition)) }),
    parked,
    replay,
    rebuild,
    stop: async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
    },
  };
};

const standing = async (db: Database, definition: Definition) => {
  const current = await currentGeneration(db, definition.name);
  if (current === undefined) return { generation: 0, builtAt: '', rows: 0 };
  const { generation, builtAt } = current;
  // By the view: the table of this generation may be swapped away before it is counted.
  const { rows } = await db.one<{ rows: bigint }>(`SELECT count(*) AS rows FROM ${rowsOf(definition.name)}`);
  return { generation, builtAt, rows: Number(rows) };
};

/**
 * Makes the table ready, once: there, and with the columns that this release wants. Columns that changed since the
 * last release are a rebuild, during which readers keep the old ones.
 */
const shapedOnce = (
  db: Database,
  definition: Definition,
  rebuild: () => Promise<Progress>,
  logger: Logger,
): (() => Promise<void>) => {
  const shape = async (): Promise<void> => {
    const found = await prepareProjection(db, definition);
    if (found.shape === shapeOf(definition)) return;
    logger.info('The columns have changed: rebuilding');
    const rebuilt = await rebuild();
    logger[rebuilt.failed === 0 ? 'info' : 'error']('Rebuilt', rebuilt);
  };
  let shaped: Promise<void> | undefined;
  return () => {
    shaped ??= shape().catch((error: unknown) => {
      shaped = undefined;
      throw error;
    });
    return shaped;
  };
};
