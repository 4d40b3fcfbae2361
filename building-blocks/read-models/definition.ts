import type { Codec } from '@lego-moc/event-codec/codec';
import { integrationEnvelope } from '@lego-moc/event-store/integration-events';
import type { DeliveredEvent, Source } from '@lego-moc/event-store/delivered-event';
import type { Instant } from '@lego-moc/kernel/message';
import { z } from 'zod';
import type { ColumnType, IntegrationProjection, Projection } from './projection.ts';

/** A row as the runner handles it: it knows columns, not what they mean. */
export type AnyRow = Readonly<Record<string, unknown>>;

/** A row as it is kept. Without `row` its subject is gone, and only how far it was followed remains. */
export type Kept = {
  readonly id: string;
  readonly revision: bigint;
  /** When the event was recorded that made it what it is. */
  readonly updatedAt: Instant;
  readonly row: AnyRow | undefined;
};

/** A row, and the one that it takes the place of. */
export type Change = { readonly was: Kept | undefined; readonly kept: Kept };

/** The row that an event belongs to, and the event's place in that row's history. */
export type Place = { readonly id: string; readonly revision: bigint };

/** What the runner needs to know of a projection of either kind. */
export type Definition = {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly indexes: readonly string[];
  readonly sources: readonly Source[];
  /** Whether rows are folds of their streams, so that a gap must be read before what comes after it. */
  readonly folded: boolean;
  /** `undefined` for events that are none of its business. Throws on one that cannot be read. */
  readonly place: (delivered: DeliveredEvent) => Place | undefined;
  readonly next: (row: AnyRow | undefined, delivered: DeliveredEvent) => AnyRow | undefined;
};

const RESERVED = ['id', 'revision', 'gone', 'updated_at'];

const checked = (definition: Definition): Definition => {
  const taken = Object.keys(definition.columns).filter((column) => RESERVED.includes(column));
  if (taken.length > 0) throw new Error(`${definition.name}: ${taken.join(', ')} is in every row already`);
  return definition;
};

/** A row with all of its columns, as the database would give it back. */
const whole = (columns: Definition['columns'], row: object | undefined): AnyRow | undefined =>
  row === undefined
    ? undefined
    : Object.fromEntries(Object.keys(columns).map((column) => [column, (row as AnyRow)[column] ?? null]));

/** A projection of private streams, which `codec` reads. Events that the codec does not know change nothing. */
export const streamDefinition = <Event, Row extends object>(
  { name, columns, indexes, source: { category }, evolve }: Projection<Event, Row>,
  codec: Pick<Codec<Event>, 'decode'>,
): Definition => {
  const prefix = `${category}-`;
  return checked({
    name,
    columns,
    indexes,
    sources: [{ streamPrefixes: [prefix] }],
    folded: true,
    place: ({ stream, revision }) =>
      stream.startsWith(prefix) ? { id: stream.slice(prefix.length), revision } : undefined,
    next: (row, { type, data, eventId, stream, revision, recordedAt, cause }) => {
      const event = codec.decode(type, data);
      if (event === undefined) return row;
      const id = stream.slice(prefix.length);
      const recorded = { event, eventId, stream, id, revision, recordedAt, cause };
      return whole(columns, evolve(row as Row | undefined, recorded));
    },
  });
};

/** A projection of what other contexts publish. */
export const integrationDefinition = <Payload, Row extends object>({
  name,
  columns,
  indexes,
  source,
  payload,
  eventTypes,
  row,
}: IntegrationProjection<Payload, Row>): Definition => {
  const envelope = integrationEnvelope(payload);
  const header = integrationEnvelope(z.unknown());
  return checked({
    name,
    columns,
    indexes,
    sources: 'stream' in source ? [source] : source,
    folded: false,
    place: ({ type, data }) => {
      if (eventTypes?.includes(type) === false) return undefined;
      const { subject, revision } = header.parse(data);
      return { id: subject, revision: BigInt(revision) };
    },
    next: (_, { data }) => whole(columns, row(envelope.parse(data))),
  });
};
