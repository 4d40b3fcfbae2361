import { isDeepStrictEqual } from 'node:util';

/** The part of JSON Schema that the platform's documents use. */
export type Schema = { readonly [keyword: string]: unknown };

type Comparison = {
  /**
   * Whether the values are what a client reads: it ignores members that it does not know, and misses those that are gone
   * even where they were optional.
   */
  readonly isRead: boolean;
};

const schemaAt = (schema: Schema, keyword: string): Schema | undefined => {
  const value = schema[keyword];
  return typeof value === 'object' && value !== null ? (value as Schema) : undefined;
};
const schemasAt = (schema: Schema, keyword: string): readonly Schema[] | undefined =>
  schema[keyword] as readonly Schema[] | undefined;
const requiredOf = (schema: Schema): readonly string[] => (schema['required'] ?? []) as readonly string[];

/** The schemas of which a value fits one, where there are several. */
const alternativesOf = (schema: Schema): readonly Schema[] | undefined => {
  const alternatives = schemasAt(schema, 'anyOf') ?? schemasAt(schema, 'oneOf');
  if (alternatives !== undefined) return alternatives;
  return Array.isArray(schema['type']) ? schema['type'].map((type: unknown) => ({ ...schema, type })) : undefined;
};

const valuesOf = (schema: Schema): readonly unknown[] | undefined =>
  'const' in schema ? [schema['const']] : (schema['enum'] as readonly unknown[] | undefined);

/** Each keyword says how much at least (1) or at most (-1). */
const LIMITS: Readonly<Record<string, 1 | -1>> = {
  ...{ minimum: 1, exclusiveMinimum: 1, minLength: 1, minItems: 1 },
  ...{ maximum: -1, exclusiveMaximum: -1, maxLength: -1, maxItems: -1 },
};

const limitNarrowings = (specific: Schema, general: Schema): readonly string[] =>
  Object.entries(LIMITS).flatMap(([keyword, sign]) => {
    const [before, after] = [specific[keyword], general[keyword]] as [number | undefined, number | undefined];
    if (after === undefined || (before !== undefined && before * sign >= after * sign)) return [];
    return [`: ${keyword} is ${String(after)}, not ${String(before ?? 'open')}`];
  });

const formNarrowings = (specific: Schema, general: Schema): readonly string[] =>
  ['format', 'pattern'].flatMap((keyword) =>
    general[keyword] === undefined || general[keyword] === specific[keyword]
      ? []
      : [`: ${keyword} ${JSON.stringify(general[keyword])} is new`],
  );

const typeNarrowings = (specific: Schema, general: Schema): readonly string[] => {
  const [before, after] = [specific['type'], general['type']] as [string | undefined, string | undefined];
  return after === undefined || before === after || (after === 'number' && before === 'integer')
    ? []
    : [`: is of type ${after}, not ${before ?? 'any'}`];
};

const valueNarrowings = (specific: Schema, general: Schema): readonly string[] => {
  const [before, after] = [valuesOf(specific), valuesOf(general)];
  if (after === undefined) return [];
  if (before === undefined) return [': only some values are left'];
  return before
    .filter((value) => !after.includes(value))
    .map((value) => `: ${JSON.stringify(value)} is no value of it`);
};

const itemNarrowings = (specific: Schema, general: Schema, comparison: Comparison): readonly string[] => {
  const tuples = [schemasAt(specific, 'prefixItems') ?? [], schemasAt(general, 'prefixItems') ?? []] as const;
  const items = schemaAt(general, 'items');
  return [
    ...tuples[1].flatMap((item, index) =>
      below(`/${String(index)}`, narrowings(tuples[0][index] ?? {}, item, comparison)),
    ),
    ...(items === undefined ? [] : below('[]', narrowings(schemaAt(specific, 'items') ?? {}, items, comparison))),
  ];
};

const memberNarrowings = (specific: Schema, general: Schema, comparison: Comparison): readonly string[] => {
  const before = (specific['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const after = (general['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const isClosed = general['additionalProperties'] === false && !comparison.isRead;
  const requiredBefore = requiredOf(specific);
  const requiredAfter = requiredOf(general);
  const others = schemaAt(general, 'additionalProperties');
  return [
    ...requiredAfter
      .filter((name) => !requiredBefore.includes(name))
      .map((name) => `/${name}: ${name in before ? 'may be absent' : 'is missing'}`),
    ...Object.entries(before).flatMap(([name, schema]) => {
      const member = after[name];
      if (member !== undefined) return below(`/${name}`, narrowings(schema, member, comparison));
      return isClosed ? [`/${name}: is not accepted`] : [];
    }),
    ...(comparison.isRead
      ? Object.keys(after)
          .filter((name) => !(name in before) && !requiredAfter.includes(name))
          .map((name) => `/${name}: is gone`)
      : []),
    ...(others === undefined
      ? []
      : below('/*', narrowings(schemaAt(specific, 'additionalProperties') ?? {}, others, comparison))),
  ];
};

const below = (path: string, reasons: readonly string[]): readonly string[] => reasons.map((reason) => path + reason);

/**
 * Why some value of `specific` may be none of `general`; none when each is. A reason begins with the place within the value.
 * Conservative: a form of schema that is compared by its text alone counts as different when its text is.
 */
export const narrowings = (specific: Schema, general: Schema, comparison: Comparison): readonly string[] => {
  if (isDeepStrictEqual(specific, general)) return [];
  const forms = alternativesOf(specific);
  if (forms !== undefined) return [...new Set(forms.flatMap((form) => narrowings(form, general, comparison)))];
  const generalForms = alternativesOf(general);
  if (generalForms !== undefined) {
    const attempts = generalForms.map((form) => narrowings(specific, form, comparison));
    // The form that is meant is the one with the fewest differences.
    return attempts.toSorted((left, right) => left.length - right.length)[0] ?? [];
  }
  if ('$ref' in general || 'allOf' in general || 'not' in general) return [': has changed'];
  return [
    ...typeNarrowings(specific, general),
    ...valueNarrowings(specific, general),
    ...limitNarrowings(specific, general),
    ...formNarrowings(specific, general),
    ...itemNarrowings(specific, general, comparison),
    ...memberNarrowings(specific, general, comparison),
  ];
};
