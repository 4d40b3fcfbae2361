import { STATUS_CODES } from 'node:http';
import { z } from 'zod';
import type { ReplyContract, RouteContract, WebhookContract } from './route-contract.ts';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** The part of OpenAPI 3.1 that is generated here. */
export type OpenApiDocument = {
  readonly openapi: '3.1.0';
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Messages that receivers get, by their types; absent without any. */
  readonly webhooks?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: JsonSchema;
};

type Override = NonNullable<Parameters<typeof z.toJSONSchema>[1]>['override'];

/** Leaves out what clients and their tools misread. */
const simplify: Override = ({ zodSchema: { _zod }, jsonSchema }) => {
  const { def } = _zod;
  // Every integer has these bounds, and generators of examples take the bound for an example.
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  // `maxItems` says the same, and linters take `false` for a missing schema.
  if (jsonSchema.items === false) jsonSchema.items = {};
  // What a field becomes when it is absent may be what nobody may send.
  if (def.type === 'default' && !z.safeParse(def.innerType, def.defaultValue).success) delete jsonSchema.default;
};

const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
  const json = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any', override: simplify });
  delete json.$schema;
  return json;
};

const PROBLEM_SCHEMA: JsonSchema = {
  type: 'object',
  description: 'RFC 9457 problem details',
  required: ['type', 'title', 'status', 'detail', 'instance', 'correlationId'],
  properties: {
    type: { type: 'string', pattern: '^urn:lego-moc:problem:[a-z0-9-]+$' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    correlationId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
};

const parameters = (schema: z.ZodType | undefined, where: 'path' | 'query' | 'header'): readonly JsonSchema[] => {
  if (schema === undefined) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, JsonSchema>;
    required?: readonly string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }));
};

const requestBody = ({ body, upload }: RouteContract): JsonSchema => {
  if (body === undefined && upload === undefined) return {};
  const json = body === undefined ? {} : { 'application/json': { schema: schemaOf(body, 'input') } };
  const schema = upload?.schema === undefined ? {} : schemaOf(upload.schema, 'input');
  const other = upload === undefined ? {} : { [upload.mediaType]: { schema } };
  return { requestBody: { required: true, content: { ...json, ...other } } };
};

const replyOf = ({ description, schema, mediaType }: ReplyContract): JsonSchema => {
  if (schema !== undefined)
    return { description, content: { [mediaType ?? 'application/json']: { schema: schemaOf(schema, 'output') } } };
  return mediaType === undefined ? { description } : { description, content: { [mediaType]: { schema: {} } } };
};

const problemReply = (status: number, description?: string): JsonSchema => ({
  description: description ?? STATUS_CODES[status] ?? 'Problem',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const responsesOf = ({ replies, access = 'user' }: RouteContract): JsonSchema => {
  const contractResponses = Object.entries(replies).map(([status, reply]): [string, JsonSchema] => [
    status,
    Number(status) >= 400 && reply.schema === undefined
      ? problemReply(Number(status), reply.description)
      : replyOf(reply),
  ]);
  const tokenResponses = access === 'anyone' || 401 in replies ? [] : [['401', problemReply(401)] as const];
  return Object.fromEntries([
    ...contractResponses,
    ...tokenResponses,
    ['default', problemReply(500, 'Any other problem')],
  ]);
};

const operationOf = (contract: RouteContract): JsonSchema => {
  const { summary, description, tags, access = 'user', params, query } = contract;
  const inputs = [...parameters(params, 'path'), ...parameters(query, 'query')];
  return {
    summary,
    ...(description === undefined ? {} : { description }),
    ...(tags === undefined ? {} : { tags }),
    ...(inputs.length === 0 ? {} : { parameters: inputs }),
    ...requestBody(contract),
    responses: responsesOf(contract),
    security: access === 'anyone' ? [] : [{ bearer: [] }, { cookie: [] }],
    ...(access === 'user' ? {} : { 'x-access': access }),
  };
};

/** A message that the service sends: the operation is the receiver's. */
const webhookOf = ({ summary, description, tags, headers, body, replies }: WebhookContract): JsonSchema => ({
  post: {
    summary,
    ...(description === undefined ? {} : { description }),
    ...(tags === undefined ? {} : { tags }),
    parameters: parameters(headers, 'header'),
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(body, 'output') } } },
    responses: Object.fromEntries(
      Object.entries(replies).map(([status, meaning]) => [status, { description: meaning }]),
    ),
    security: [],
  },
});

const openApiPath = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}');

/** The OpenAPI 3.1 document of these routes and messages. Pure: the same contracts give the same document. */
export const openApiDocument = ({
  title,
  version,
  contracts,
  webhooks = [],
}: {
  readonly title: string;
  readonly version: string;
  readonly contracts: readonly RouteContract[];
  readonly webhooks?: readonly WebhookContract[];
}): OpenApiDocument => {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const contract of contracts) {
    const path = openApiPath(contract.path);
    paths[path] = { ...paths[path], [contract.method]: operationOf(contract) };
  }
  return {
    openapi: '3.1.0',
    info: { title, version },
    paths,
    ...(webhooks.length === 0
      ? {}
      : { webhooks: Object.fromEntries(webhooks.map((webhook) => [webhook.name, webhookOf(webhook)])) }),
    components: {
      schemas: { Problem: PROBLEM_SCHEMA },
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'token' },
      },
    },
  };
};
