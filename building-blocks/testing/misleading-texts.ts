import { z } from 'zod';

type Schema = {
  readonly type?: string;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
};

type Body = { readonly body?: z.ZodType; readonly upload?: { readonly schema?: z.ZodType } };

/** A text that is written `spam<RLO>exe`, and shown as another one. */
const REVERSING_TEXT = 'spam\u202Eexe';

/** The value that has the text wherever a schema takes free text; undefined where it takes none. */
const valueWithText = (schema: Schema): unknown => {
  const choice = (schema.anyOf ?? []).map(valueWithText).find((value) => value !== undefined);
  if (choice !== undefined) return choice;
  const item = schema.prefixItems?.[0] ?? schema.items;
  if (schema.type === 'array') {
    const value = item === undefined ? undefined : valueWithText(item);
    return value === undefined ? undefined : [value];
  }
  const isFree = [schema.enum, schema.const, schema.format, schema.pattern].every((rule) => rule === undefined);
  return schema.type === 'string' && isFree ? REVERSING_TEXT : undefined;
};

const fieldsOf = (schema: z.ZodType): readonly (readonly [field: string, value: unknown])[] => {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Schema;
  return Object.entries(properties)
    .map(([field, property]) => [field, valueWithText(property)] as const)
    .filter(([, value]) => value !== undefined);
};

/** The fields of a request's bodies that take free text, and whether each refuses one that reverses what is shown. */
export const textFields = ({ body, upload }: Body): readonly { readonly field: string; readonly refuses: boolean }[] =>
  [body, upload?.schema]
    .filter((schema) => schema !== undefined)
    .flatMap((schema) =>
      fieldsOf(schema).map(([field, value]) => {
        const issues = schema.safeParse({ [field]: value }).error?.issues ?? [];
        return { field, refuses: issues.some(({ path }) => path[0] === field) };
      }),
    );
