import type { Codec } from '@lego-moc/event-codec/codec';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import {
  groupInfo,
  parkedMessages,
  replayParked,
  subscribePersistently,
  type Parked,
  type Source,
} from '@lego-moc/event-store/subscriptions';
import type { Logger } from '@lego-moc/logger/logger';
import type { Database } from '@lego-moc/postgres/database';
import { integrationDefinition, streamDefinition, type Definition } from './definition.ts';
import { follower } from './follow.ts';
import { currentGeneration, prepareProjection, shapeOf, tableOf } from './generations.ts';
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

export type ProjectionStatus = {
  readonly name: string;
  readonly group: string;
  /** The worst of its subscriptions. */
  readonly state: 'connecting' | 'live' | 'waiting' | 'stopped';
  /** Messages that the store holds for it: waiting, in hand, or on their way. */
  readonly lag: number;
  readonly parked: number;
  readonly generation: number;
  readonly builtAt: string;
  readonly rows: number;
  readonly lastError?: string;
};

export type RunningProjection = {
  readonly name: string;
  status(): Promise<ProjectionStatus>;
  /** Throws `RebuildRunning`. */
  rebuild(onProgress?: (progress: Progress) => void): Promise<Progress>;
  parked(limit?: number): Promise<readonly Parked[]>;
  /** Offers all parked messages again; returns how many there were. */
  replay(): Promise<number>;
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

const RANK = ['live', 'connecting', 'waiting', 'stopped'] as const;

const runProjection = (host: Host, definition: Definition): RunningProjection => {
  const { client, db, context } = host;
  const logger = host.logger.child({ projection: definition.name });
  const group = `${context}-${definition.name}`;
  const rebuild = (onProgress?: (progress: Progress) => void) => rebuildProjection(client, db, definition, onProgress);
  const follow = follower(client, db, definition);
  const inShape = shapedOnce(host.db, definition, rebuild, logger);
  const subscriptions = definition.sources.map((source) =>
    subscribePersistently(client, {
      group,
      source,
      logger,
      handle: async (delivered) => {
        await inShape();
        await follow(delivered);
      },
    }),
  );
  // Not only with the first message: readers want the view from the beginning. What fails here is tried again there.
  void inShape().catch((error: unknown) => logger.warn('Projection not prepared yet', { error }));

  const ofSources = <T>(ask: (source: Source) => Promise<T>): Promise<T[]> => Promise.all(definition.sources.map(ask));

  return {
    name: definition.name,
    rebuild,
    status: async () => {
      const infos = await ofSources((source) => groupInfo(client, group, source));
      const statuses = subscriptions.map((subscription) => subscription.status());
      const lastError = statuses.find((status) => status.lastError !== undefined)?.lastError;
      return {
        name: definition.name,
        group,
        state: RANK[Math.max(...statuses.map(({ state }) => RANK.indexOf(state)))] ?? 'stopped',
        lag: infos.reduce((sum, info) => sum + (info === undefined ? 0 : info.waiting + info.inFlight), 0),
        parked: infos.reduce((sum, info) => sum + (info?.parked ?? 0), 0),
        ...(await standing(db, definition)),
        ...(lastError === undefined ? {} : { lastError }),
      };
    },
    parked: async (limit) => (await ofSources((source) => parkedMessages(client, group, source, limit))).flat(),
    replay: async () => {
      const infos = await ofSources((source) => groupInfo(client, group, source));
      await ofSources((source) => replayParked(client, group, source));
      return infos.reduce((sum, info) => sum + (info?.parked ?? 0), 0);
    },
    stop: async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
    },
  };
};

const standing = async (db: Database, definition: Definition) => {
  const current = await currentGeneration(db, definition.name);
  if (current === undefined) return { generation: 0, builtAt: '', rows: 0 };
  const { generation, builtAt } = current;
  const { rows } = await db.one<{ rows: bigint }>(
    `SELECT count(*) AS rows FROM ${tableOf(definition, generation)} WHERE NOT gone`,
  );
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
