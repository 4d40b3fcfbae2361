import type { ReadModel, ReadModelStore } from '../read-model-store.ts';
import { isBeingBuilt } from './build-lease.ts';
import { buildGeneration } from './build.ts';
import { removeFromFormer } from './copy-rows.ts';
import { allowWrites, currentGeneration, formerGeneration, prepareGeneration, type Place } from './generations.ts';
import { rollBack } from './roll-back.ts';
import { countRows, loadRows, revisionOfRow, scanRows, writeLive } from './rows.ts';

/**
 * Read models in OpenSearch: an index with a strict mapping per generation, behind an alias for readers. A row is
 * written under its revision as external version, and a removed row stays as a tombstone, since OpenSearch itself
 * remembers a deletion for a minute only. `save` may write a part of the rows before it throws: repeating it completes them.
 * The generation before the one in use is kept for going back to it; what is removed goes there as well.
 * `indexes` of a projection are designs made by `indexDesign`. Everything throws `OpenSearchUnavailable`.
 */
export const openSearchReadModels = (place: Place): ReadModelStore => {
  /** A builder that died while it published leaves its block behind. */
  const unblock = async (model: ReadModel, generation: number): Promise<void> => {
    if (!(await isBeingBuilt(place, model.name))) await allowWrites(place, model.name, generation);
  };
  return {
    prepare: (model) => prepareGeneration(place, model),
    current: (name) => currentGeneration(place, name),
    load: (model, generation, ids) => loadRows(place, model, generation, ids),
    save: async (model, generation, changes) => {
      const rows = changes.map(({ next }) => next);
      await writeLive(place, model, generation, rows, () => unblock(model, generation));
      await removeFromFormer(place, model, rows);
      return new Set();
    },
    scan: (model, generation) => scanRows(place, model, generation),
    revisionOf: (name, id) => revisionOfRow(place, name, id),
    count: (name) => countRows(place, name),
    build: (model, work) => buildGeneration(place, model, work),
    rollBack: (model, onPage) => rollBack(place, model, onPage),
    former: (name) => formerGeneration(place, name),
  };
};
