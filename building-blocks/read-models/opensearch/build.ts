import type { Build, HiddenRows, ReadModel } from '../read-model-store.ts';
import { acquireBuildLease } from './build-lease.ts';
import {
  allowWrites,
  blockWrites,
  createHidden,
  dropFormer,
  dropGeneration,
  nextGeneration,
  prepareGeneration,
  publishGeneration,
  startRefreshing,
  type Place,
} from './generations.ts';
import { copyRemovals } from './copy-rows.ts';
import { loadRows, writeRows } from './rows.ts';

/** As `ReadModelStore.build`. Searches go on all the time; live writers wait while the alias is being moved. */
export const buildGeneration = async <T>(
  place: Place,
  model: ReadModel,
  work: (build: Build) => Promise<T>,
): Promise<T> => {
  await prepareGeneration(place, model);
  const lease = await acquireBuildLease(place, model.name);
  let obsolete: number | undefined;
  try {
    const { generation: former } = await prepareGeneration(place, model);
    const generation = await nextGeneration(place, model.name);
    obsolete = generation;
    await createHidden(place, model, generation);
    const rows: HiddenRows = {
      load: (ids) => loadRows(place, model, generation, ids),
      insert: (changes) =>
        writeRows(
          place,
          model,
          generation,
          changes.map(({ next }) => next),
        ),
    };
    const publish: Build['publish'] = async (finish) => {
      await lease.renew();
      await blockWrites(place, model.name, former);
      try {
        await finish(rows);
        await startRefreshing(place, model, generation);
        await lease.renew();
        await publishGeneration(place, model, { generation, former });
        obsolete = undefined;
        // A former generation that may show what is gone is not worth keeping.
        await copyRemovals(place, model, generation).catch(() => dropFormer(place, model.name));
      } finally {
        if (obsolete !== undefined) await allowWrites(place, model.name, former);
      }
    };
    return await work({ generation, ...rows, index: () => startRefreshing(place, model, generation), publish });
  } finally {
    if (obsolete !== undefined) await dropGeneration(place, model.name, obsolete).catch(() => undefined); // the next build does
    await lease.release().catch(() => undefined); // it runs out
  }
};
