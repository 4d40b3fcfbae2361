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

/** The alias of the generation that was in use before the last rebuild, for going back to it. */
export const formerAlias = (place: Pick<Place, 'prefix'>, name: string): string => `${readAlias(place, name)}-former`;

/** Events gather in the first generation until a rebuild has indexed everything: nobody goes back to it. */
const FIRST_GENERATION = 1;

const generationBehind = async (place: Place, alias: string): Promise<Generation | undefined> => {
  const reply = await orUndefined(place.client.indices.getMapping({ index: alias }));
  const [index] = Object.values(reply?.body ?? {});
  return index?.mappings._meta as Generation | undefined;
};

/** The generation that readers see; `undefined` when there is none yet. */
export const currentGeneration = (place: Place, name: string): Promise<Generation | undefined> =>
  generationBehind(place, readAlias(place, name));

/** The generation before the one that readers see; `undefined` when none is kept. */
export const formerGeneration = (place: Place, name: string): Promise<Generation | undefined> =>
  generationBehind(place, formerAlias(place, name));

/** Removes the former generation. */
export const dropFormer = async (place: Place, name: string): Promise<void> => {
  const former = await formerGeneration(place, name);
  if (former !== undefined) await dropGeneration(place, name, former.generation);
};

/** The numbers of all generations that have an index, in use or not. */
const generationNumbers = async (place: Place, name: string): Promise<readonly number[]> => {
  const beginning = `${readAlias(place, name)}-`;
  const reply = await orUndefined(place.client.indices.getAlias({ index: `${beginning}*` }));
  return Object.keys(reply?.body ?? {})
    .map((index) => index.slice(beginning.length))
    .filter((suffix) => /^\d{1,9}$/u.test(suffix))
    .map(Number);
};

/** Removes the index of a generation, if there is one. */
export const dropGeneration = async (place: Place, name: string, generation: number): Promise<void> => {
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

/** Removes what broken builds have left, and returns a number that no generation has. */
export const nextGeneration = async (place: Place, name: string): Promise<number> => {
  const numbers = await generationNumbers(place, name);
  const [current, former] = [await currentGeneration(place, name), await formerGeneration(place, name)];
  for (const number of numbers)
    if (number !== current?.generation && number !== former?.generation) await dropGeneration(place, name, number);
  return Math.max(0, ...numbers) + 1;
};

/** Makes an empty index for rows that no reader sees yet, without refreshes. */
export const createHidden = async (place: Place, model: ReadModel, generation: number): Promise<void> => {
  const { settings, mappings } = indexBody(model, generation);
  const body = {
    settings: { ...settings, refresh_interval: '-1' },
    mappings,
    aliases: { [rowsAlias(place, model.name, generation)]: {} },
  };
  await mapOpenSearchErrors(place.client.indices.create({ index: indexOf(place, model.name, generation), body }));
};

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

type Swap = { readonly generation: number; readonly former: number };

/** What takes a generation out of use and keeps it for going back. Late writers find no alias for its rows any more. */
const retire = (place: Place, name: string, generation: number): readonly object[] => {
  const index = indexOf(place, name, generation);
  if (generation === FIRST_GENERATION) return [{ remove_index: { index } }];
  return [
    { remove: { index, alias: readAlias(place, name) } },
    { remove: { index, alias: rowsAlias(place, name, generation) } },
    { add: { index, alias: formerAlias(place, name) } },
  ];
};

/** The reverse of `blockWrites` for the former generation. */
export const allowFormerWrites = async (place: Place, name: string): Promise<void> => {
  const body = { index: { blocks: { write: null } } };
  await orUndefined(place.client.indices.putSettings({ index: formerAlias(place, name), body: body as object }));
};

/** Points readers at a generation, keeps the former one and removes the one before that, in one step. */
export const publishGeneration = async (
  place: Place,
  model: ReadModel,
  { generation, former }: Swap,
): Promise<void> => {
  const { name } = model;
  const index = indexOf(place, name, generation);
  await mapOpenSearchErrors(place.client.indices.putMapping({ index, body: { _meta: metaOf(model, generation) } }));
  const obsolete = await formerGeneration(place, name);
  const actions = [
    { add: { index, alias: readAlias(place, name) } },
    ...retire(place, name, former),
    ...(obsolete === undefined ? [] : [{ remove_index: { index: indexOf(place, name, obsolete.generation) } }]),
  ];
  await mapOpenSearchErrors(place.client.indices.updateAliases({ body: { actions } }));
  if (former !== FIRST_GENERATION) await allowWrites(place, name, former);
};

/** Points readers and writers at the former generation, and keeps the current one in its place, in one step. */
export const restoreGeneration = async (place: Place, name: string, { generation, former }: Swap): Promise<void> => {
  const index = indexOf(place, name, former);
  const actions = [
    { remove: { index, alias: formerAlias(place, name) } },
    { add: { index, alias: readAlias(place, name) } },
    { add: { index, alias: rowsAlias(place, name, former) } },
    ...retire(place, name, generation),
  ];
  await mapOpenSearchErrors(place.client.indices.updateAliases({ body: { actions } }));
  if (generation !== FIRST_GENERATION) await allowWrites(place, name, generation);
};
