import type { Codec } from '@lego-moc/event-codec/codec';
import { integrationEnvelope } from '@lego-moc/event-store/integration-events';
import type { DeliveredEvent, Source } from '@lego-moc/event-store/delivered-event';
import { z } from 'zod';
import type { IntegrationProjection, Projection } from './projection.ts';
import type { ReadModel, Row, StoredRow } from './read-model-store.ts';

/** The row that an event belongs to, and the event's revision in that row's history. */
export type RowRevision = { readonly id: string; readonly revision: bigint };

/** The part that both kinds of projection share, as the runner needs it. */
export type Definition = ReadModel & {
  readonly sources: readonly Source[];
  /** Whether rows are folds of their streams, so that missing events must be read before a later one is applied. */
  readonly isFold: boolean;
  /** The same events with what they leave out. */
  readonly enrich?: (batch: readonly DeliveredEvent[]) => Promise<readonly DeliveredEvent[]>;
  /** `undefined` for events that the projection ignores. Throws on one that cannot be read. */
  readonly locate: (deliveredEvent: DeliveredEvent) => RowRevision | undefined;
  readonly evolve: (row: Row | undefined, deliveredEvent: DeliveredEvent) => Row | undefined;
};

/** The row after one more event, also after the first one. `undefined`: there was no row and there is none. */
export const applyEvent = (
  definition: Definition,
  storedRow: StoredRow | undefined,
  { id, revision }: RowRevision,
  deliveredEvent: DeliveredEvent,
): StoredRow | undefined => {
  if (storedRow !== undefined && revision <= storedRow.revision) return storedRow;
  const row = definition.evolve(storedRow?.row, deliveredEvent);
  if (row === undefined && storedRow === undefined && definition.isFold) return undefined;
  return { id, revision, updatedAt: deliveredEvent.recordedAt, row };
};

const RESERVED_COLUMNS = ['id', 'revision', 'gone', 'updated_at'];

/** `$streamDeleted` and the like: written by the store itself, without data that a projection could read. */
const isSystemEvent = ({ type }: DeliveredEvent): boolean => type.startsWith('$');

const validate = (definition: Definition): Definition => {
  const reservedColumns = Object.keys(definition.columns).filter((column) => RESERVED_COLUMNS.includes(column));
  if (reservedColumns.length > 0)
    throw new Error(`${definition.name}: ${reservedColumns.join(', ')} is in every row already`);
  return definition;
};

/** A row with all of its columns, as a store returns it. */
const completeRow = (columns: Definition['columns'], row: object | undefined): Row | undefined =>
  row === undefined
    ? undefined
    : Object.fromEntries(Object.keys(columns).map((column) => [column, (row as Row)[column] ?? null]));

/**
 * A projection of private streams, which `codec` reads. Events that the codec does not know change nothing. Throws when
 * a column has the name of one that every row has.
 */
export const streamDefinition = <Event, R extends object>(
  { name, columns, indexes, source: { category }, evolve }: Projection<Event, R>,
  codec: Pick<Codec<Event>, 'decode'>,
): Definition => {
  const prefix = `${category}-`;
  return validate({
    name,
    columns,
    indexes,
    sources: [{ streamPrefixes: [prefix] }],
    isFold: true,
    locate: (deliveredEvent) => {
      const { stream, revision } = deliveredEvent;
      if (!stream.startsWith(prefix) || isSystemEvent(deliveredEvent)) return undefined;
      return { id: stream.slice(prefix.length), revision };
    },
    evolve: (row, { type, data, eventId, stream, revision, recordedAt, cause }) => {
      const event = codec.decode(type, data);
      if (event === undefined) return row;
      const id = stream.slice(prefix.length);
      const recordedEvent = { event, eventId, stream, id, revision, recordedAt, cause };
      return completeRow(columns, evolve(row as R | undefined, recordedEvent));
    },
  });
};

const eventData = z.looseObject({ payload: z.unknown() });

/** Events without a payload stay as they are, for `locate` to refuse or ignore. */
const enrichEvents =
  (enrich: (payloads: readonly unknown[]) => Promise<readonly unknown[]>): NonNullable<Definition['enrich']> =>
  async (batch) => {
    const dataOf = new Map(
      batch.flatMap((event) => {
        const { data } = eventData.safeParse(event.data);
        return data === undefined || isSystemEvent(event) ? [] : [[event, data] as const];
      }),
    );
    const payloads = await enrich([...dataOf.values()].map(({ payload }) => payload));
    const enrichedData = new Map(
      [...dataOf].map(([event, data], index) => [event, { ...data, payload: payloads[index] }]),
    );
    return batch.map((event) => ({ ...event, data: enrichedData.get(event) ?? event.data }));
  };

/** A projection of what other contexts publish. Throws when a column has the name of one that every row has. */
export const integrationDefinition = <Payload, R extends object>({
  name,
  columns,
  indexes,
  source,
  payload,
  enrich,
  eventTypes,
  row,
}: IntegrationProjection<Payload, R>): Definition => {
  const envelope = integrationEnvelope(payload);
  const header = integrationEnvelope(z.unknown());
  return validate({
    name,
    columns,
    indexes,
    sources: 'stream' in source ? [source] : source,
    isFold: false,
    ...(enrich === undefined ? {} : { enrich: enrichEvents(enrich) }),
    locate: (deliveredEvent) => {
      if (isSystemEvent(deliveredEvent) || eventTypes?.includes(deliveredEvent.type) === false) return undefined;
      const { subject, revision } = header.parse(deliveredEvent.data);
      return { id: subject, revision: BigInt(revision) };
    },
    evolve: (_, { data }) => completeRow(columns, row(envelope.parse(data))),
  });
};
