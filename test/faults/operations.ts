import { randomUUID } from 'node:crypto';
import { CONTEXTS, portOf, type Ports } from '@lego-moc/local/registry';

type Schema = {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly examples?: readonly unknown[];
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly format?: string;
  readonly minimum?: number;
  readonly minItems?: number;
  readonly items?: Schema;
  readonly pattern?: string;
};
type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Schema;
};
type OperationDocument = {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly 'x-access'?: string;
  readonly security: readonly unknown[];
};

/** One operation of a service, from its own OpenAPI document, with one of the kinds of body that it takes. */
export type Operation = {
  readonly service: string;
  readonly method: string;
  /** As in the service: `/v1/mocs/{mocId}`. */
  readonly path: string;
  readonly access: 'anyone' | 'user' | 'operator' | 'service';
  readonly params: readonly string[];
  readonly query: readonly Parameter[];
  readonly body: { readonly mediaType: string; readonly schema: Schema } | undefined;
};

const operationsOf = (
  service: string,
  method: string,
  path: string,
  document: OperationDocument,
): readonly Operation[] => {
  const bodies = Object.entries(document.requestBody?.content ?? {});
  const access = document['x-access'] ?? (document.security.length === 0 ? 'anyone' : 'user');
  const operation = {
    service,
    method: method.toUpperCase(),
    path,
    access: access as Operation['access'],
    params: [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name),
    query: (document.parameters ?? []).filter((parameter) => parameter.in === 'query'),
  };
  if (bodies.length === 0) return [{ ...operation, body: undefined }];
  return bodies.map(([mediaType, { schema }]) => ({ ...operation, body: { mediaType, schema } }));
};

const urlOf = (ports: Ports, service: string): string => `http://127.0.0.1:${portOf(ports, service)}`;

/** The operations in the OpenAPI documents of all services. */
export const allOperations = async (ports: Ports): Promise<readonly Operation[]> => {
  const operations = await Promise.all(
    CONTEXTS.map(async ({ name }) => {
      const reply = await fetch(`${urlOf(ports, name)}/openapi.json`);
      const { paths } = (await reply.json()) as { paths: Record<string, Record<string, OperationDocument>> };
      return Object.entries(paths).flatMap(([path, item]) =>
        Object.entries(item).flatMap(([method, document]) => operationsOf(name, method, path, document)),
      );
    }),
  );
  return operations.flat();
};

export const nameOf = ({ service, method, path }: Operation): string => `${service}: ${method} ${path}`;

const sampleScalar = ({ type, format, pattern }: Schema): string | boolean => {
  if (type === 'boolean') return true;
  if (format === 'uuid') return randomUUID();
  if (format === 'date') return '2026-01-01';
  return pattern === '^[A-Z]{3}$' ? 'EUR' : 'sample';
};

/** The required members; where nothing is required by name, the platform asks for at least one. */
const membersOf = ({ properties = {}, required = [] }: Schema): readonly [string, Schema][] => {
  const members = Object.entries(properties);
  return required.length === 0 ? members.slice(0, 1) : members.filter(([name]) => required.includes(name));
};

/** A value that the schema allows, as far as the schemas of this platform go. */
const sample = (schema: Schema): unknown => {
  if (schema.examples !== undefined) return schema.examples[0];
  if (schema.enum !== undefined) return schema.enum[0];
  if (schema.anyOf !== undefined) return sample(schema.anyOf[0] ?? {});
  switch (schema.type) {
    case 'object':
      return Object.fromEntries(membersOf(schema).map(([name, member]) => [name, sample(member)]));
    case 'array':
      return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items ?? {}));
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    default:
      return sampleScalar(schema);
  }
};

const PARTS =
  '<INVENTORY><ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>4</COLOR><MINQTY>2</MINQTY></ITEM></INVENTORY>';
/** The smallest PNG there is. */
const DOT = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

const bodyOf = ({ body }: Operation): RequestInit => {
  if (body === undefined) return {};
  if (body.mediaType === 'application/json')
    return { headers: { 'content-type': body.mediaType }, body: JSON.stringify(sample(body.schema)) };
  if (body.mediaType.startsWith('image/')) return { headers: { 'content-type': 'image/png' }, body: DOT };
  const form = new FormData();
  form.set('partsLists', new Blob([PARTS]), 'parts.xml');
  return { body: form };
};

/** The public path of a service's path; `undefined` for internal operations. */
export const publicPath = (service: string, path: string): string =>
  path.replace(/^\/ops\//, `/ops/${service}/`).replace(/^\/files\//, '/api/files/');

export type Way = 'gateway' | 'service itself';

/** The path with the ids of `ids`. Throws when one is missing. */
export const placeOf = (operation: Operation, ids: Readonly<Record<string, string>>): string => {
  return operation.path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => {
    const id = ids[name];
    if (id === undefined) throw new Error(`${nameOf(operation)}: no {${name}} of the owner is known`);
    return id;
  });
};

/** A well-formed request for an operation on the resources in `ids`. Throws when one is missing. */
export const requestFor = (
  operation: Operation,
  ids: Readonly<Record<string, string>>,
  {
    ports,
    way,
    headers,
  }: { readonly ports: Ports; readonly way: Way; readonly headers: Readonly<Record<string, string>> },
): Request => {
  const path = placeOf(operation, ids);
  const query = new URLSearchParams(
    operation.query
      .filter(({ required }) => required)
      .map(({ name, schema }): [string, string] => [name, String(sample(schema))]),
  );
  const base = way === 'gateway' ? urlOf(ports, 'gateway') : urlOf(ports, operation.service);
  const place = way === 'gateway' ? publicPath(operation.service, path) : path;
  const { headers: own, ...init } = bodyOf(operation);
  return new Request(`${base}${place}${query.size === 0 ? '' : `?${String(query)}`}`, {
    ...init,
    method: operation.method,
    headers: { ...(own as Record<string, string>), ...headers },
  });
};
