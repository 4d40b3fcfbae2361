import { escapeHtml } from './html.ts';
import type { Content, Schema } from './operations.ts';

/** Deeper nesting is left to the document itself. */
const DEPTH_MAX = 4;

const isNull = ({ type }: Schema): boolean => type === 'null';

const choices = (values: readonly unknown[]): string =>
  values.length > 8 ? 'one of a list' : values.map((value) => JSON.stringify(value)).join(' | ');

const severalOf = (kind: string): string => `list of ${/^[a-z]+$/.test(kind) ? `${kind}s` : kind}`;

/** The schemas of which a value fits one. */
export const alternativesOf = ({ anyOf, oneOf }: Schema): readonly Schema[] | undefined => oneOf ?? anyOf;

/** The kind of value, in a word or two. */
export const kindOf = (schema: Schema): string => {
  const { type, format, items, maxLength } = schema;
  const anyOf = alternativesOf(schema);
  if (schema.enum !== undefined) return choices(schema.enum);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (anyOf !== undefined) {
    const kinds = [...new Set(anyOf.filter((schema) => !isNull(schema)).map(kindOf))].join(' | ');
    return anyOf.some(isNull) ? `${kinds} or null` : kinds;
  }
  if (schema.prefixItems !== undefined) return schema.prefixItems.map(kindOf).join(', ');
  if (items !== undefined) return severalOf(kindOf(items));
  if (format === 'binary') return 'file';
  const word = typeof type === 'string' ? type : (type?.join(' | ') ?? 'anything');
  return [word, format, maxLength === undefined ? undefined : `up to ${String(maxLength)} characters`]
    .filter((part) => part !== undefined)
    .join(', ');
};

/** The object schema inside a list or a nullable value. */
const innerObject = (schema: Schema): Schema | undefined => {
  if (schema.properties !== undefined) return schema;
  if (schema.items !== undefined) return innerObject(schema.items);
  return alternativesOf(schema)
    ?.map(innerObject)
    .find((schema) => schema !== undefined);
};

const rows = (schema: Schema, depth: number): string => {
  const { properties = {}, required = [] } = schema;
  return Object.entries(properties)
    .map(([name, property]) => {
      const inner = innerObject(property);
      const row =
        `<tr><td class="depth-${String(depth)}"><code>${escapeHtml(name)}</code>` +
        `${required.includes(name) ? '' : ' <span class="optional">optional</span>'}</td>` +
        `<td>${escapeHtml(kindOf(property))}</td></tr>`;
      return row + (inner === undefined || depth + 1 >= DEPTH_MAX ? '' : rows(inner, depth + 1));
    })
    .join('');
};

/** The fields of a body, nested ones indented; a word for a body without fields. */
export const schemaView = (schema: Schema): string => {
  const object = innerObject(schema);
  if (object === undefined) return `<p class="kind">${escapeHtml(kindOf(schema))}</p>`;
  return `<table class="fields">${rows(object, 0)}</table>`;
};

const isProblem = (mediaType: string): boolean => mediaType === 'application/problem+json';

export const contentView = (content: Content | undefined): string =>
  Object.entries(content ?? {})
    .filter(([mediaType]) => !isProblem(mediaType))
    .map(
      ([mediaType, { schema }]) =>
        `<p class="media">${escapeHtml(mediaType)}</p>${
          schema === undefined || Object.keys(schema).length === 0 ? '' : schemaView(schema)
        }`,
    )
    .join('');
