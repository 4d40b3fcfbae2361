import { mapOpenSearchErrors } from '@lego-moc/opensearch/errors';
import { GenerationReplaced, type ReadModel, type StoredRow } from '../read-model-store.ts';
import { allowFormerWrites, formerAlias, rowsAlias, type Place } from './generations.ts';
import { toStoredRow, WritesBlocked, writeBehind, type RowDocument } from './rows.ts';

const PAGE_ROWS = 500;

/** Before the first write of an index. */
export const BEGINNING = -1;

type CopyOptions = {
  /** The place in the order of writes after which rows are read. */
  readonly after: number;
  readonly filter?: readonly object[];
  readonly onPage?: (rows: number) => void;
};

/** Writes rows to the former generation, each unless a newer one is there; nothing happens when none is kept. */
const writeToFormer = async (place: Place, model: ReadModel, rows: readonly StoredRow[]): Promise<void> => {
  const write = () => writeBehind(place, model, formerAlias(place, model.name), rows);
  try {
    await write().catch(async (error: unknown) => {
      // A builder that died right after it had published leaves its block behind.
      if (!(error instanceof WritesBlocked)) throw error;
      await allowFormerWrites(place, model.name);
      await write();
    });
  } catch (error) {
    if (!(error instanceof GenerationReplaced)) throw error;
  }
};

/**
 * Copies rows of a generation to the former one, in the order in which they were written, each unless a newer one is
 * there. Returns the place where it ended: later writes are behind it.
 */
export const copyToFormer = async (
  place: Place,
  model: ReadModel,
  generation: number,
  { after, filter = [], onPage = () => undefined }: CopyOptions,
): Promise<number> => {
  const index = rowsAlias(place, model.name, generation);
  await mapOpenSearchErrors(place.client.indices.refresh({ index }));
  for (let last = after; ;) {
    const body = {
      ...{ size: PAGE_ROWS, sort: [{ _seq_no: 'asc' as const }] },
      query: { bool: { filter: [{ range: { _seq_no: { gt: last } } }, ...filter] } },
    };
    const reply = await mapOpenSearchErrors(place.client.search({ index, body, allow_partial_search_results: false }));
    const hits = reply.body.hits.hits as readonly { readonly _source?: unknown; readonly sort?: readonly unknown[] }[];
    if (hits.length === 0) return last;
    const rows = hits.map(({ _source }) => toStoredRow(model, _source as RowDocument));
    await writeToFormer(place, model, rows);
    onPage(rows.length);
    last = Number(hits.at(-1)?.sort?.[0]);
  }
};

const IS_REMOVED = [{ term: { gone: true } }];

/** Removes from the former generation what is gone by now, so that nothing erased stays there. */
export const copyRemovals = async (place: Place, model: ReadModel, generation: number): Promise<void> => {
  await copyToFormer(place, model, generation, { after: BEGINNING, filter: IS_REMOVED });
};

/** Removes rows that are gone from the former generation as well. */
export const removeFromFormer = async (place: Place, model: ReadModel, rows: readonly StoredRow[]): Promise<void> => {
  const removals = rows.filter(({ row }) => row === undefined);
  if (removals.length > 0) await writeToFormer(place, model, removals);
};
