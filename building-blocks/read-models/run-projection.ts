import type { Codec } from '@lego-moc/event-codec/codec';
import type { EventStoreClient } from '@lego-moc/event-store/connect';
import { operableGroup, type Operable, type OperableStatus } from '@lego-moc/event-store/operable';
import type { DeliveredEvent } from '@lego-moc/event-store/delivered-event';
import { subscribePersistently } from '@lego-moc/event-store/persistent-subscription';
import type { Logger } from '@lego-moc/logger/logger';
import { noTracing, type Tracer } from '@lego-moc/tracing/tracer';
import { integrationDefinition, streamDefinition, type Definition } from './definition.ts';
import { createFollower } from './follow.ts';
import { createCancellation } from './cancellation.ts';
import type { IntegrationProjection, Projection } from './projection.ts';
import type { Generation, ReadModelStore } from './read-model-store.ts';
import { rollBackReadModel, type RollbackProgress } from './roll-back.ts';
import { rebuildReadModel, type Progress } from './rebuild.ts';
import { shapeOf } from './shape.ts';
import { verifyReadModel, type Verification } from './verify.ts';

/** The context, the stores and the logger of a projection. */
export type Host = {
  readonly client: EventStoreClient;
  readonly store: ReadModelStore;
  /** The prefix of its groups. */
  readonly context: string;
  readonly logger: Logger;
  readonly tracer?: Tracer;
};

export type ReadModelStatus = {
  /** Counted from 1; 0 before the read model is prepared. */
  readonly generation: number;
  readonly builtAt: string;
  readonly rows: number;
  /** The generation that a roll-back goes back to, where one is kept. */
  readonly former?: Pick<Generation, 'generation' | 'builtAt'>;
};
export type ProjectionStatus = OperableStatus & ReadModelStatus;

export type RunningProjection = Operable<ProjectionStatus> & {
  /** The name of its persistent groups. */
  readonly group: string;
  /** What readers see, without asking the event store. */
  readModel(): Promise<ReadModelStatus>;
  /** Throws `RebuildRunning`. */
  rebuild(onProgress?: (progress: Progress) => void): Promise<Progress>;
  /** Goes back to the rows from before the last rebuild. Throws `RebuildRunning`, `NoFormerGeneration`. */
  rollBack(onProgress?: (progress: RollbackProgress) => void): Promise<RollbackProgress>;
  /** Compares the read model with its streams. Throws `RebuildRunning`, `ShapeMoved`. */
  verify(onProgress?: (progress: Verification) => void): Promise<Verification>;
  /** Ends the rebuild or verification that runs in this process at its next step; returns whether one runs. */
  cancel(): boolean;
  stop(): Promise<void>;
};

/** Follows private streams, decoded by `codec`. Needs neither the event store nor the read-model store to be up yet. */
export const followProjection = <Event, Row extends object>(
  host: Host,
  projection: Projection<Event, Row>,
  codec: Pick<Codec<Event>, 'decode'>,
): RunningProjection => runProjection(host, streamDefinition(projection, codec));

/**
 * Follows the integration events of other contexts. Needs neither the event store nor the read-model store to be up
 * yet.
 */
export const followIntegration = <Payload, Row extends object>(
  host: Host,
  projection: IntegrationProjection<Payload, Row>,
): RunningProjection => runProjection(host, integrationDefinition(projection));

/** The name of the groups that a projection of this context reads through. */
export const groupOf = (context: string, { name }: Pick<Definition, 'name'>): string => `${context}-${name}`;

const runProjection = (host: Host, definition: Definition): RunningProjection => {
  const { client, store, context, tracer = noTracing } = host;
  const logger = host.logger.child({ projection: definition.name });
  const group = groupOf(context, definition);
  const { cancellable, cancel } = createCancellation();
  const rebuild = cancellable((onProgress: (progress: Progress) => void) =>
    rebuildReadModel(client, store, definition, onProgress),
  );
  const follow = createFollower(client, store, definition);
  const ensureShape = createShapeCheck(store, definition, rebuild, logger);
  const handleAll = async (batch: readonly DeliveredEvent[]): Promise<void> => {
    await ensureShape();
    await follow(batch);
  };
  const handle = (event: DeliveredEvent): Promise<void> => handleAll([event]);
  const subscriptions = definition.sources.map((source) => ({
    ...{ source, handle },
    ...subscribePersistently(client, {
      group,
      source,
      logger,
      tracer,
      handle,
      handleAll,
    }),
  }));
  // Not only with the first message: readers need the view from the beginning. A failure here is retried there.
  void ensureShape().catch((error: unknown) => logger.warn('Read model not prepared yet', { error }));

  const { status, deadLetters } = operableGroup(client, group, subscriptions);

  return {
    ...{ name: definition.name, group },
    status: async () => ({ ...(await status()), name: definition.name, ...(await rowsStatus(store, definition.name)) }),
    readModel: () => rowsStatus(store, definition.name),
    deadLetters,
    rebuild,
    rollBack: (onProgress) => rollBackReadModel(store, definition, onProgress),
    verify: cancellable((onProgress: (progress: Verification) => void) =>
      verifyReadModel(client, store, definition, onProgress),
    ),
    cancel,
    stop: async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.stop()));
    },
  };
};

const rowsStatus = async (store: ReadModelStore, name: string): Promise<ReadModelStatus> => {
  const current = await store.current(name);
  if (current === undefined) return { generation: 0, builtAt: '', rows: 0 };
  const [rows, former] = await Promise.all([store.count(name), store.former?.(name)]);
  return {
    ...{ generation: current.generation, builtAt: current.builtAt, rows },
    ...(former !== undefined && { former: { generation: former.generation, builtAt: former.builtAt } }),
  };
};

/**
 * Prepares the read model, once: it exists, with the columns of this release. Columns that changed since the last
 * release cause a rebuild, during which readers keep the old ones.
 */
const createShapeCheck = (
  store: ReadModelStore,
  definition: Definition,
  rebuild: () => Promise<Progress>,
  logger: Logger,
): (() => Promise<void>) => {
  const check = async (): Promise<void> => {
    const current = await store.prepare(definition);
    if (current.shape === shapeOf(definition)) return;
    logger.info('The columns have changed: rebuilding');
    const result = await rebuild();
    logger[result.failed === 0 ? 'info' : 'error']('Rebuilt', result);
  };
  let shapeCheck: Promise<void> | undefined;
  return () => {
    shapeCheck ??= check().catch((error: unknown) => {
      shapeCheck = undefined;
      throw error;
    });
    return shapeCheck;
  };
};
