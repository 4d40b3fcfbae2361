import type { OpenSearch } from '@lego-moc/opensearch/connect';
import { isConflict, mapOpenSearchErrors, orUndefined } from '@lego-moc/opensearch/errors';
import type { Generation, ReadModel } from '../read-model-store.ts';
import { indexBody, metaOf } from './index-body.ts';

/** The client, and the `prefix` of all indexes of read models. */
export type Place = { readonly client: OpenSearch; readonly prefix: string };

/** The alias that readers search: the generation in use. */
export const readAlias = ({ prefix }: Pick<Place, 'prefix'>, name: string): string => `${prefix}-${name}`;

const indexOf = (place: Place, name: string, generation: number): string => `${readAlias(place, name)}-${generation}`;

/** Rows are written through an alias that goes with its index, so that a late writer never creates the index anew. */
export const rowsAlias = (place: Place, name: string, generation: number): string =>
  `${indexOf(place, name, generation)}-rows`;

/** The generation that readers see; `undefined` when there is none yet. */
export const currentGeneration = async (place: Place, name: string): Promise<Generation | undefined> => {
  const reply = await orUndefined(place.client.indices.getMapping({ index: readAlias(place, name) }));
  const [index] = Object.values(reply?.body ?? {});
  return index?.mappings._meta as Generation | undefined;
};

const dropIndex = async (place: Place, name: string, generation: number): Promise<void> => {
  await orUndefined(place.client.indices.delete({ index: indexOf(place, name, generation) }));
};

/** As `ReadModelStore.prepare`. */
export const prepareGeneration = async (place: Place, model: ReadModel): Promise<Generation> => {
  const current = await currentGeneration(place, model.name);
  if (current !== undefined) return current;
  const aliases = { [readAlias(place, model.name)]: {}, [rowsAlias(place, model.name, 1)]: {} };
  const body = { ...indexBody(model, 1), aliases };
  try {
    await mapOpenSearchErrors(place.client.indices.create({ index: indexOf(place, model.name, 1), body }));
  } catch (error) {
    if (!isConflict(error)) throw error;
  }
  const generation = await currentGeneration(place, model.name);
  if (generation === undefined) throw new Error(`${readAlias(place, model.name)} has an index but no alias`);
  return generation;
};

/** Makes an empty index for rows that no reader sees yet, without refreshes; leftovers of a broken build go. */
export const createHidden = async (place: Place, model: ReadModel, generation: number): Promise<void> => {
  await dropIndex(place, model.name, generation);
  const { settings, mappings } = indexBody(model, generation);
  const body = {
    settings: { ...settings, refresh_interval: '-1' },
    mappings,
    aliases: { [rowsAlias(place, model.name, generation)]: {} },
  };
  await mapOpenSearchErrors(place.client.indices.create({ index: indexOf(place, model.name, generation), body }));
};

export const dropGeneration = dropIndex;

/** Refreshes the index, so that everything written is found, and refreshes it regularly from now on. */
export const startRefreshing = async (place: Place, model: ReadModel, generation: number): Promise<void> => {
  const index = indexOf(place, model.name, generation);
  const { refresh_interval } = indexBody(model, generation).settings;
  const body = { index: { refresh_interval } };
  await mapOpenSearchErrors(place.client.indices.putSettings({ index, body: body as object }));
  await mapOpenSearchErrors(place.client.indices.refresh({ index }));
};

/** Refuses writes to a generation from now on; none is in flight any more when this returns. */
export const blockWrites = async (place: Place, name: string, generation: number): Promise<void> => {
  await mapOpenSearchErrors(place.client.indices.addBlock({ index: indexOf(place, name, generation), block: 'write' }));
};

/** The reverse of `blockWrites`; nothing happens when the generation is gone. */
export const allowWrites = async (place: Place, name: string, generation: number): Promise<void> => {
  const body = { index: { blocks: { write: null } } };
  await orUndefined(
    place.client.indices.putSettings({ index: indexOf(place, name, generation), body: body as object }),
  );
};

/** Points readers at a generation and removes the former one, in one step. */
export const publishGeneration = async (
  place: Place,
  model: ReadModel,
  { generation, former }: { readonly generation: number; readonly former: number },
): Promise<void> => {
  const index = indexOf(place, model.name, generation);
  await mapOpenSearchErrors(place.client.indices.putMapping({ index, body: { _meta: metaOf(model, generation) } }));
  const actions = [
    { add: { index, alias: readAlias(place, model.name) } },
    { remove_index: { index: indexOf(place, model.name, former) } },
  ];
  await mapOpenSearchErrors(place.client.indices.updateAliases({ body: { actions } }));
};
