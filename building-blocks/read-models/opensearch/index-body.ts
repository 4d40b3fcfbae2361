import type { JsonObject } from '@lego-moc/kernel/message';
import type { ColumnType } from '../projection.ts';
import type { ReadModel } from '../read-model-store.ts';
import { shapeOf } from '../shape.ts';

/** How an index is made beyond the columns: settings (analysis above all), and the fields that are searched. */
export type IndexDesign = {
  readonly settings?: JsonObject;
  /** Mappings of columns. A column without one is stored and not searchable. */
  readonly properties?: Readonly<Record<string, JsonObject>>;
};

/** The design as `indexes` of a projection has it. It is part of the read model's shape: changing it is a rebuild. */
export const indexDesign = (design: IndexDesign): string => JSON.stringify(design);

const designOf = ({ indexes }: ReadModel): IndexDesign => {
  const designs = indexes.map((index) => JSON.parse(index) as IndexDesign);
  return {
    settings: Object.assign({}, ...designs.map(({ settings }) => settings ?? {})) as JsonObject,
    properties: Object.assign({}, ...designs.map(({ properties }) => properties ?? {})) as Record<string, JsonObject>,
  };
};

const STORED_ONLY = { index: false, doc_values: false } as const;

const typeOf = (type: ColumnType): JsonObject => {
  switch (type) {
    case 'bigint':
      return { type: 'long', ...STORED_ONLY };
    case 'integer':
    case 'integer[]':
      return { type: 'integer', ...STORED_ONLY };
    case 'boolean':
      return { type: 'boolean', ...STORED_ONLY };
    case 'numeric':
    case 'double precision':
      return { type: 'double', ...STORED_ONLY };
    case 'timestamptz':
      return { type: 'date', ...STORED_ONLY };
    case 'text':
    case 'text[]':
    case 'tsvector':
      return { type: 'keyword', ...STORED_ONLY };
    default:
      return { type: 'object', enabled: false };
  }
};

/** The fields of every row besides its columns. */
const COMMON_PROPERTIES: Readonly<Record<string, JsonObject>> = {
  id: { type: 'keyword' },
  revision: { type: 'long' },
  gone: { type: 'boolean' },
  updated_at: { type: 'date' },
};

/** One shard holds millions of rows of this size; a second copy goes to a second node if there is one. */
const SETTINGS: JsonObject = { number_of_shards: 1, auto_expand_replicas: '0-1', refresh_interval: '500ms' };

/** The description of a generation in the metadata of its index. */
export const metaOf = (model: ReadModel, generation: number): JsonObject => ({
  generation,
  shape: shapeOf(model),
  builtAt: new Date().toISOString(),
});

/** Settings and strict mapping of the index of one generation. */
export const indexBody = (model: ReadModel, generation: number) => {
  const { settings, properties = {} } = designOf(model);
  const columns = Object.entries(model.columns).map(([name, type]) => [name, properties[name] ?? typeOf(type)]);
  return {
    settings: { ...SETTINGS, ...settings },
    mappings: {
      dynamic: 'strict' as const,
      _meta: metaOf(model, generation),
      properties: { ...(Object.fromEntries(columns) as Record<string, JsonObject>), ...COMMON_PROPERTIES },
    },
  };
};
