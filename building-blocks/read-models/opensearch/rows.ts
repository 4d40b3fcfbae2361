import { setTimeout as sleep } from 'node:timers/promises';
import {
  isBlocked,
  isIndexMissing,
  isPassing,
  mapOpenSearchErrors,
  OpenSearchUnavailable,
  orUndefined,
  type Failure,
} from '@lego-moc/opensearch/errors';
import type { Instant } from '@lego-moc/kernel/message';
import { GenerationReplaced, type ReadModel, type Row, type StoredRow } from '../read-model-store.ts';
import { readAlias, rowsAlias, type Place } from './generations.ts';

export type RowDocument = Row & {
  readonly id: string;
  readonly revision: string;
  readonly gone: boolean;
  readonly updated_at: Instant;
};

const toDocument = ({ id, revision, updatedAt, row }: StoredRow): RowDocument => ({
  ...Object.fromEntries(
    Object.entries(row ?? {}).map(([column, value]) => [column, typeof value === 'bigint' ? String(value) : value]),
  ),
  id,
  revision: String(revision),
  gone: row === undefined,
  updated_at: updatedAt,
});

export const toStoredRow = ({ columns }: ReadModel, document: RowDocument): StoredRow => {
  const value = (column: string): unknown => {
    const value = document[column] ?? null;
    return columns[column] === 'bigint' && value !== null ? BigInt(value as string) : value;
  };
  return {
    id: document.id,
    revision: BigInt(document.revision),
    updatedAt: document.updated_at,
    row: document.gone ? undefined : Object.fromEntries(Object.keys(columns).map((column) => [column, value(column)])),
  };
};

type MgetItem = {
  readonly found?: boolean;
  readonly error?: { readonly type: string; readonly reason: string };
  readonly _source?: RowDocument;
};

/** The rows with these ids, as written a moment ago, tombstones included. Throws `GenerationReplaced`. */
export const loadRows = async (
  place: Place,
  model: ReadModel,
  generation: number,
  ids: readonly string[],
): Promise<readonly StoredRow[]> => {
  if (ids.length === 0) return [];
  const index = rowsAlias(place, model.name, generation);
  const reply = await orUndefined(place.client.mget({ index, body: { ids: [...ids] } }));
  if (reply === undefined) throw new GenerationReplaced(model.name);
  const documents = reply.body.docs as readonly MgetItem[];
  const error = documents.find((document) => document.error !== undefined)?.error;
  if (error !== undefined) {
    if (isIndexMissing({ ...error, status: 404 })) throw new GenerationReplaced(model.name);
    // The shard is on no node: its index is red.
    throw new OpenSearchUnavailable(`${error.type}: ${error.reason}`);
  }
  return documents.flatMap(({ _source }) => (_source === undefined ? [] : [toStoredRow(model, _source)]));
};

const PAGE_ROWS = 500;

/** All rows of a generation, by id, a page at a time, tombstones included. Throws `GenerationReplaced`. */
export const scanRows = async function* (
  place: Place,
  model: ReadModel,
  generation: number,
): AsyncIterable<readonly StoredRow[]> {
  const index = rowsAlias(place, model.name, generation);
  if ((await orUndefined(place.client.indices.refresh({ index }))) === undefined)
    throw new GenerationReplaced(model.name);
  for (let after = ''; ;) {
    const body = { size: PAGE_ROWS, sort: [{ id: 'asc' as const }], search_after: [after] };
    const reply = await orUndefined(place.client.search({ index, body, allow_partial_search_results: false }));
    if (reply === undefined) throw new GenerationReplaced(model.name);
    const rows = reply.body.hits.hits.map(({ _source }) => toStoredRow(model, _source as RowDocument));
    if (rows.length === 0) return;
    yield rows;
    after = rows.at(-1)?.id ?? after;
  }
};

/** The revision of the row `id`, tombstones included. */
export const revisionOfRow = async (place: Place, name: string, id: string): Promise<bigint | undefined> => {
  const index = readAlias(place, name);
  const reply = await orUndefined(place.client.get({ index, id, _source_includes: ['revision'] }));
  const document = reply?.body._source as RowDocument | undefined;
  return document === undefined ? undefined : BigInt(document.revision);
};

/** A refresh waits for a shard that is on no node. */
const REFRESH_WITHIN_MS = 5_000;

/** The number of rows that readers see. */
export const countRows = async (place: Place, name: string): Promise<number> => {
  const index = readAlias(place, name);
  const refresh = place.client.indices.refresh({ index }, { requestTimeout: REFRESH_WITHIN_MS });
  if ((await orUndefined(refresh)) === undefined) return 0;
  const reply = await orUndefined(place.client.count({ index, body: { query: { term: { gone: false } } } }));
  if (reply !== undefined && reply.body._shards.failed > 0) throw new OpenSearchUnavailable('a shard does not answer');
  return reply?.body.count ?? 0;
};

/** A generation that is being replaced accepts no writes; writers wait until the new one is there. */
export class WritesBlocked extends OpenSearchUnavailable {}

const raise = (model: ReadModel, failure: Failure): never => {
  const text = `${failure.status} ${failure.type}: ${failure.reason}`;
  if (isIndexMissing(failure)) throw new GenerationReplaced(model.name);
  if (isBlocked(failure) && failure.reason.includes('index write (api)')) throw new WritesBlocked(text);
  if (isPassing(failure)) throw new OpenSearchUnavailable(text);
  throw new Error(`A row of ${model.name} was refused: ${text}`);
};

/** The stored row is newer, or the same. */
const isOutdated = ({ type }: Failure): boolean => type === 'version_conflict_engine_exception';

const BULK_ROWS = 1_000;

/** So long a write waits for its shard. Whoever has a message in hand lets go of it in time, and it comes again. */
const SHARD_WITHIN = '3s';
const BULK_WITHIN_MS = 15_000;

const writeBulk = async (
  { client }: Place,
  model: ReadModel,
  index: string,
  rows: readonly StoredRow[],
): Promise<void> => {
  const body = rows.flatMap((row) => [
    { index: { _id: row.id, version: Number(row.revision), version_type: 'external' as const } },
    toDocument(row),
  ]);
  const request = client.bulk(
    { index, require_alias: true, body, timeout: SHARD_WITHIN },
    { requestTimeout: BULK_WITHIN_MS },
  );
  const { body: reply } = await mapOpenSearchErrors(request);
  if (!reply.errors) return;
  for (const item of reply.items) {
    const { error, status } = item.index as { readonly status: number; readonly error?: Omit<Failure, 'status'> };
    if (error !== undefined && !isOutdated({ ...error, status })) raise(model, { ...error, status });
  }
};

/**
 * Writes rows whose ids differ behind an alias, each unless a newer one is there. Throws `GenerationReplaced` when nothing
 * has the alias.
 */
export const writeBehind = async (
  place: Place,
  model: ReadModel,
  alias: string,
  rows: readonly StoredRow[],
): Promise<void> => {
  for (let start = 0; start < rows.length; start += BULK_ROWS)
    await writeBulk(place, model, alias, rows.slice(start, start + BULK_ROWS));
};

/** The same for the rows of a generation. */
export const writeRows = (
  place: Place,
  model: ReadModel,
  generation: number,
  rows: readonly StoredRow[],
): Promise<void> => writeBehind(place, model, rowsAlias(place, model.name, generation), rows);

const LOOK_EVERY_MS = 50;
/** Publishing a generation takes moments. */
const BLOCKED_WITHIN_MS = 5_000;

/** The same, and waits while another generation is being published. `onStuck` is called when that takes too long. */
export const writeLive = async (
  place: Place,
  model: ReadModel,
  generation: number,
  rows: readonly StoredRow[],
  onStuck: () => Promise<unknown>,
): Promise<void> => {
  for (const until = performance.now() + BLOCKED_WITHIN_MS; ;) {
    try {
      await writeRows(place, model, generation, rows);
      return;
    } catch (error) {
      if (!(error instanceof WritesBlocked)) throw error;
      if (performance.now() > until) {
        await onStuck();
        throw error;
      }
    }
    await sleep(LOOK_EVERY_MS);
  }
};
