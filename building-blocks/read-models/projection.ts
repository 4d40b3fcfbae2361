import type { IntegrationEvent } from '@lego-moc/event-store/integration-events';
import type { RecordedEvent } from '@lego-moc/application/event-streams';
import type { z } from 'zod';

/** `json` is stored as it is and only read as a whole; `jsonb` is parsed when it is stored, so that SQL can query it. */
export type SqlType =
  | 'text'
  | 'integer'
  | 'bigint'
  | 'boolean'
  | 'numeric'
  | 'double precision'
  | 'timestamptz'
  | 'json'
  | 'jsonb'
  | 'tsvector'
  | 'text[]'
  | 'integer[]';

/**
 * For an array of many objects: each is a row of its own and is written only when it differs. `membersBy` names the member
 * with its key, a text that is unique in the array. Readers find the array as `json` in its column.
 */
export type Members<Key extends string = string> = { readonly membersBy: Key };

export type ColumnType = SqlType | Members;

type ColumnTypeOf<Value> = Value extends readonly (infer Member extends object)[]
  ? SqlType | Members<keyof Member & string>
  : SqlType;

/** The columns of a row, named as the row names them. An empty column is `null`; one of members has none of them. */
export type Columns<Row> = { readonly [K in keyof Row]-?: ColumnTypeOf<Row[K]> };

type Shape<Row> = {
  /** Named for its reader, in kebab-case; its view has the same name with underscores. Never changed. */
  readonly name: string;
  /** Besides `id`, `revision` and `updated_at`, which every row has. Changing them rebuilds it at the next start. */
  readonly columns: Columns<Row>;
  /** In the language of the store: SQL with `$table` in the place of the table's name, or designs of an index. */
  readonly indexes: readonly string[];
};

/** A pure fold of one stream into one row. */
export type Projection<Event, Row extends object> = Shape<Row> & {
  /** The streams `<category>-<id>`. */
  readonly source: { readonly category: string };
  /**
   * The row after one more event. `undefined`: there is none (yet, or any more). `row` comes as it is
   * stored: it has every column, and `null` where a value was left out.
   */
  readonly evolve: (row: Row | undefined, recordedEvent: RecordedEvent<Event>) => Row | undefined;
};

/** One row for each subject of integration events, taken from its newest event. */
export type IntegrationProjection<Payload, Row extends object> = Shape<Row> & {
  /** Streams `integration-<context>`. */
  readonly source: { readonly stream: string } | readonly { readonly stream: string }[];
  readonly payload: z.ZodType<Payload>;
  /**
   * Adds to payloads what their events leave out, such as texts that must not be on a stream; `payload` reads the result.
   * Called for many at once, live and in a rebuild; returns as many, in the same order. What it throws is handled as an
   * error of the handler: an outage of another service makes the message wait.
   */
  readonly enrich?: (payloads: readonly unknown[]) => Promise<readonly unknown[]>;
  /** Events of other types are ignored; when it is not given, none is. */
  readonly eventTypes?: readonly string[];
  /** The row after the event; `undefined` when its subject is gone. */
  readonly row: (event: IntegrationEvent<Payload>) => Row | undefined;
};
