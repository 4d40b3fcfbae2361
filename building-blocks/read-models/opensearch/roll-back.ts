import { mapOpenSearchErrors } from '@lego-moc/opensearch/errors';
import { NoFormerGeneration, type Generation, type ReadModel } from '../read-model-store.ts';
import { shapeOf } from '../shape.ts';
import { acquireBuildLease } from './build-lease.ts';
import { BEGINNING, copyToFormer } from './copy-rows.ts';
import {
  allowWrites,
  blockWrites,
  currentGeneration,
  formerAlias,
  formerGeneration,
  restoreGeneration,
  type Place,
} from './generations.ts';

/** The current generation and the one to go back to, which must have the columns of this release. */
const findGenerations = async (
  place: Place,
  model: ReadModel,
): Promise<{ readonly current: Generation; readonly former: Generation }> => {
  const [current, former] = [await currentGeneration(place, model.name), await formerGeneration(place, model.name)];
  if (current === undefined || former === undefined)
    throw new NoFormerGeneration(`${model.name} has no former generation: it was not rebuilt since it was first built`);
  if (former.shape !== shapeOf(model))
    throw new NoFormerGeneration(
      `The former generation of ${model.name} has other columns than this release; rebuild it`,
    );
  return { current, former };
};

/** As `ReadModelStore.rollBack`. Searches go on all the time; live writers wait while the aliases are being moved. */
export const rollBack = async (
  place: Place,
  model: ReadModel,
  onPage: (rows: number) => void = () => undefined,
): Promise<Generation> => {
  const lease = await acquireBuildLease(place, model.name);
  try {
    const { current, former } = await findGenerations(place, model);
    const { generation } = current;
    const copyEnd = await copyToFormer(place, model, generation, { after: BEGINNING, onPage });
    await lease.renew();
    await blockWrites(place, model.name, generation);
    let isRestored = false;
    try {
      await copyToFormer(place, model, generation, { after: copyEnd, onPage });
      await mapOpenSearchErrors(place.client.indices.refresh({ index: formerAlias(place, model.name) }));
      await lease.renew();
      await restoreGeneration(place, model.name, { generation, former: former.generation });
      isRestored = true;
    } finally {
      if (!isRestored) await allowWrites(place, model.name, generation);
    }
    return former;
  } finally {
    await lease.release().catch(() => undefined); // it runs out
  }
};
