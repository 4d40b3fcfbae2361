import { alternativesOf } from './schema-view.ts';
import { needsToken, type Content, type ListedOperation, type Schema } from './operations.ts';

const UUID = '0190d1c5-6f00-7000-8000-000000000021';

/** Example values by field name, where a schema only says that it is text. */
const WORDS: Readonly<Record<string, string>> = {
  title: 'Harbour crane',
  description: 'Turns, lifts and lowers',
  displayName: 'Ada',
  theme: 'Harbour',
  tags: 'crane',
  q: 'crane',
  category: 'City',
  requestId: 'drag-1',
  ids: UUID,
};

const FORMATS: Readonly<Record<string, string>> = {
  uuid: UUID,
  date: '2026-01-01',
  'date-time': '2026-01-01T12:00:00.000Z',
  uri: 'https://example.org/',
  email: 'ada@example.org',
};

const typeOf = ({ type }: Schema): string | undefined =>
  typeof type === 'string' ? type : type?.find((member) => member !== 'null');

const exampleObject = ({ properties = {}, required = [] }: Schema): unknown => {
  const names = Object.keys(properties).filter((name) => required.includes(name));
  // A body without required fields shows one optional field as an example.
  const exampleNames = names.length === 0 ? Object.keys(properties).slice(0, 1) : names;
  return Object.fromEntries(exampleNames.map((name) => [name, exampleOf(properties[name] ?? {}, name)]));
};

const exampleText = ({ format = '' }: Schema, name: string): string => FORMATS[format] ?? WORDS[name] ?? name;

const exampleList = ({ items, prefixItems }: Schema, name: string): unknown =>
  prefixItems !== undefined
    ? prefixItems.map((item) => exampleOf(item, name))
    : items === undefined || items.format === 'uuid'
      ? []
      : [exampleOf(items, name)];

const BY_TYPE: Readonly<Record<string, (schema: Schema, name: string) => unknown>> = {
  object: exampleObject,
  array: exampleList,
  integer: ({ minimum = 1 }) => Math.max(minimum, 1),
  number: ({ minimum = 1 }) => Math.max(minimum, 1),
  boolean: () => true,
};

/** The example that the schema gives, else the shortest value that it allows. */
export const exampleOf = (schema: Schema, name = ''): unknown => {
  const sample = schema.examples?.[0] ?? schema.const ?? schema.enum?.[0] ?? schema.default;
  if (sample !== undefined) return sample;
  const anyOf = alternativesOf(schema);
  if (anyOf !== undefined) return exampleOf(anyOf.find(({ type }) => type !== 'null') ?? {}, name);
  return (BY_TYPE[typeOf(schema) ?? ''] ?? exampleText)(schema, name);
};

/** `{mocId}` as a shell variable: `$MOC_ID`. */
const withVariables = (path: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => `$${name.replaceAll(/(?=[A-Z])/g, '_').toUpperCase()}`);

const quote = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

const isFile = (schema: Schema): boolean => schema.format === 'binary' || schema.items?.format === 'binary';

const FILES: Readonly<Record<string, string>> = {
  instructionsFile: 'steps.pdf',
  partsLists: 'parts.xml',
  thumbnail: 'photo.png',
  images: 'photo.png',
};

const formField = (name: string, schema: Schema): string => {
  if (isFile(schema)) return `-F ${name}=@${FILES[name] ?? name}`;
  // A field of a form may come several times, so that its schema is that of a list.
  const [value] = [exampleOf(schema, name)].flat();
  return `-F ${name}=${quote(typeof value === 'string' ? value : JSON.stringify(value))}`;
};

const formFields = ({ properties = {}, required = [] }: Schema): readonly string[] =>
  Object.entries(properties)
    .filter(([name, schema]) => required.includes(name) || isFile(schema))
    .map(([name, schema]) => formField(name, schema));

const bodyArguments = (content: Content | undefined): readonly string[] => {
  const [mediaType, { schema = {} } = {}] = Object.entries(content ?? {})[0] ?? [];
  if (mediaType === undefined) return [];
  if (mediaType === 'multipart/form-data') return formFields(schema);
  if (mediaType.startsWith('image/')) return [`-H 'Content-Type: image/png'`, '--data-binary @photo.png'];
  if (mediaType === 'text/csv') return [`-H 'Content-Type: text/csv'`, '--data-binary @ledger.csv'];
  return [`-H 'Content-Type: ${mediaType}'`, `-d ${quote(JSON.stringify(exampleOf(schema)))}`];
};

/** Required parameters, and the search words. */
const queryOf = ({ operation: { parameters = [] } }: ListedOperation): string => {
  const query = parameters
    .filter(({ in: where, name, required }) => where === 'query' && (required === true || name === 'q'))
    .map(({ name, schema = {} }): [string, string] => [name, String(exampleOf(schema, name))]);
  return query.length === 0 ? '' : `?${String(new URLSearchParams(query))}`;
};

/** The operation as a command that can be pasted into a shell with `GATEWAY` and `TOKEN` set. */
export const curlExample = (entry: ListedOperation): string => {
  const { method, path, operation } = entry;
  const body = bodyArguments(operation.requestBody?.content);
  const verb = method === 'get' || (method === 'post' && body.length > 0) ? '' : ` -X ${method.toUpperCase()}`;
  const parts = [
    `curl -sS${verb}`,
    ...(needsToken(operation) ? ['-H "Authorization: Bearer $TOKEN"'] : []),
    ...body,
    `"$GATEWAY${withVariables(path)}${queryOf(entry)}"`,
  ];
  return parts.join(' \\\n  ');
};
