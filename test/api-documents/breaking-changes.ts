import { narrowings, type Schema } from './narrowings.ts';

type Parameter = { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema?: Schema };
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
type Operation = {
  readonly deprecated?: boolean;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses?: Readonly<Record<string, { readonly content?: Content }>>;
  readonly security?: readonly unknown[];
  readonly 'x-access'?: string;
};
export type OpenApi = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: Schema;
};
export type AsyncApi = { readonly components: { readonly schemas: Readonly<Record<string, Schema>> } };

const REQUEST = { isRead: false };
const REPLY = { isRead: true };

const parameterChanges = (before: Operation, after: Operation): readonly string[] => {
  const keyOf = ({ in: location, name }: Parameter): string => `${location} ${name}`;
  const old = new Map((before.parameters ?? []).map((parameter) => [keyOf(parameter), parameter]));
  const current = new Map((after.parameters ?? []).map((parameter) => [keyOf(parameter), parameter]));
  return [
    ...[...old].flatMap(([key, parameter]) => {
      const successor = current.get(key);
      if (successor === undefined) return [`${key}: is gone`];
      return narrowings(parameter.schema ?? {}, successor.schema ?? {}, REQUEST).map((reason) => key + reason);
    }),
    ...[...current]
      .filter(([key, { required }]) => required === true && old.get(key)?.required !== true)
      .map(([key]) => `${key}: is required`),
  ];
};

const contentChanges = (
  before: Content = {},
  after: Content = {},
  compare: (before: Schema, after: Schema) => readonly string[],
): readonly string[] =>
  Object.entries(before).flatMap(([mediaType, { schema = {} }]) => {
    const successor = after[mediaType];
    return successor === undefined ? [`: ${mediaType} is gone`] : compare(schema, successor.schema ?? {});
  });

const bodyChanges = ({ requestBody: before }: Operation, { requestBody: after }: Operation): readonly string[] => {
  if (before === undefined) return after === undefined ? [] : ['body: is required'];
  const reasons = contentChanges(before.content, after?.content, (old, current) => narrowings(old, current, REQUEST));
  return reasons.map((reason) => `body${reason}`);
};

const isSuccess = (status: string): boolean => status.startsWith('2');

const replyChanges = (
  { responses: before = {} }: Operation,
  { responses: after = {} }: Operation,
): readonly string[] => [
  ...Object.keys(after)
    .filter((status) => isSuccess(status) && !(status in before))
    .map((status) => `reply ${status}: is new`),
  ...Object.entries(before).flatMap(([status, { content }]) => {
    const successor = after[status];
    if (successor === undefined) return [];
    const reasons = contentChanges(content, successor.content, (old, current) => narrowings(current, old, REPLY));
    return reasons.map((reason) => `reply ${status}${reason}`);
  }),
];

const accessOf = ({ security, 'x-access': role }: Operation): string =>
  role ?? (security?.length === 0 ? 'anyone' : 'user');

const accessChanges = (before: Operation, after: Operation): readonly string[] => {
  const [old, current] = [accessOf(before), accessOf(after)];
  return old === current || current === 'anyone' ? [] : [`access: ${current}, not ${old}`];
};

/** What breaks clients of the `before` document that call the platform of the `after` document. */
export const brokenOperations = (before: OpenApi, after: OpenApi): readonly string[] =>
  Object.entries(before.paths).flatMap(([path, item]) =>
    Object.entries(item as Readonly<Record<string, Operation>>).flatMap(([method, old]) => {
      const name = `${method.toUpperCase()} ${path}`;
      const current = after.paths[path]?.[method] as Operation | undefined;
      // What was deprecated in a release may be gone in the next.
      if (current === undefined) return old.deprecated === true ? [] : [`${name} is gone`];
      const changes = [parameterChanges, bodyChanges, replyChanges, accessChanges];
      return changes.flatMap((find) => find(old, current)).map((reason) => `${name} ${reason}`);
    }),
  );

/** What breaks subscribers that were written by the `before` document. */
export const brokenEvents = (before: AsyncApi, after: AsyncApi): readonly string[] =>
  Object.entries(before.components.schemas).flatMap(([type, schema]) => {
    const successor = after.components.schemas[type];
    if (successor === undefined) return [`${type} is gone`];
    return narrowings(successor, schema, REPLY).map((reason) => `${type} ${reason}`);
  });
