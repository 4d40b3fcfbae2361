import { z } from 'zod';

type Content = Readonly<Record<string, { readonly schema: object }>>;
type Reply = { readonly content?: Content };
type Operation = { readonly responses: Readonly<Record<string, Reply>> };
/** The part of an OpenAPI document that answers are compared with. */
export type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

export type HttpAnswer = {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly mediaType: string | undefined;
  /** Parsed when the body is JSON. */
  readonly body: unknown;
};

/** Pages of the gateway itself, which no service's document describes. */
const OWN = /^\/(docs|health|ready|metrics|\.well-known)(\/|$)/;

const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
/**
 * The gateway refuses some requests before any operation is reached; only refusals may come without an operation in the
 * document.
 */
const ELSEWHERE: Operation = { responses: { default: { content: PROBLEM } } };

const isJson = (mediaType: string): boolean => /[/+]json$/.test(mediaType);

/** A path with fewer parameters is more specific. */
const parametersIn = (template: string): number => template.split('{').length;

const patternOf = (template: string): RegExp => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`);

const covers = (range: string, mediaType: string): boolean =>
  range === '*/*' || range === mediaType || (range.endsWith('/*') && mediaType.startsWith(range.slice(0, -1)));

/** The differences between an answer and `document`; empty when it conforms. */
export const breachesOf = (document: Document): ((answer: HttpAnswer) => readonly string[]) => {
  const templates = Object.keys(document.paths)
    .toSorted((a, b) => parametersIn(a) - parametersIn(b))
    .map((template) => ({ template, pattern: patternOf(template) }));
  const parsers = new Map<object, z.ZodType>();

  const parserOf = (schema: object): z.ZodType => {
    const name = '$ref' in schema ? String(schema.$ref).split('/').at(-1) : undefined;
    const whole = name === undefined ? schema : (document.components.schemas[name] ?? {});
    const parser = parsers.get(whole) ?? z.fromJSONSchema(whole as Parameters<typeof z.fromJSONSchema>[0]);
    parsers.set(whole, parser);
    return parser;
  };

  const operationFor = ({ method, path }: HttpAnswer): Operation => {
    const publicPath = path.replace(/^\/v1\//, '/api/');
    const items = templates
      .filter(({ pattern }) => pattern.test(publicPath))
      .map(({ template }) => document.paths[template]);
    const verb = method.toLowerCase();
    return items.find((item) => item?.[verb] !== undefined)?.[verb] ?? ELSEWHERE;
  };

  const bodyBreaches = ({ mediaType, body }: HttpAnswer, { content }: Reply): readonly string[] => {
    if (content === undefined) return mediaType === undefined ? [] : [`no body is promised, ${mediaType} came`];
    const [, media] = Object.entries(content).find(([type]) => covers(type, mediaType ?? '')) ?? [];
    if (media === undefined)
      return [`${Object.keys(content).join(' or ')} is promised, ${mediaType ?? 'nothing'} came`];
    if (!isJson(mediaType ?? '')) return [];
    const result = parserOf(media.schema).safeParse(body);
    return result.success ? [] : [z.prettifyError(result.error)];
  };

  return (answer) => {
    const { method, path, status } = answer;
    if (OWN.test(path) || method === 'OPTIONS' || method === 'HEAD' || status === 304) return [];
    const { responses } = operationFor(answer);
    const response = responses[String(status)] ?? (status >= 400 ? responses['default'] : undefined);
    if (response === undefined) return [`no answer ${String(status)} is promised`];
    return bodyBreaches(answer, response);
  };
};
