import type { DIFFERENCE_KINDS } from '@lego-moc/migration/contracts/evidence';
import type { ComparisonRules, ListRule } from './comparison-rules.ts';
import { isSameText } from './same-text.ts';

/** An answer in the monolith's contract. */
export type Answer = { readonly status: number; readonly body: unknown };

/** A place where two answers differ, with what each has there. */
export type ValueDifference = {
  readonly path: string;
  readonly kind: (typeof DIFFERENCE_KINDS)[number];
  readonly legacy: unknown;
  readonly platform: unknown;
};

type Compare = (path: string, legacy: unknown, platform: unknown) => readonly ValueDifference[];
type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
};

const NUMBER_TEXT = /^-?\d{1,30}(?:\.\d{1,30})?$/;

const isNumberAndText = (first: unknown, other: unknown): boolean =>
  typeof first === 'number' && typeof other === 'string' && NUMBER_TEXT.test(other) && Number(other) === first;

const isSameNumber = (first: unknown, other: unknown): boolean =>
  typeof first === 'string' &&
  typeof other === 'string' &&
  NUMBER_TEXT.test(first) &&
  NUMBER_TEXT.test(other) &&
  Number(first) === Number(other);

const isSameValue = (legacy: unknown, platform: unknown, isNumber: boolean): boolean =>
  legacy === platform ||
  isNumberAndText(legacy, platform) ||
  isNumberAndText(platform, legacy) ||
  (isNumber && isSameNumber(legacy, platform)) ||
  (typeof legacy === 'string' && typeof platform === 'string' && isSameText(legacy, platform));

/** Members by key; `undefined` where one has none, or two have the same. */
const membersBy = (key: string, list: readonly unknown[]): ReadonlyMap<unknown, Fields> | undefined => {
  const members = new Map<unknown, Fields>();
  for (const member of list) {
    if (!isFields(member) || member[key] === undefined || members.has(member[key])) return undefined;
    members.set(member[key], member);
  }
  return members;
};

/** The keys in their order, those with the same value of `orderedBy` sorted by themselves. */
const settledOrder = (
  members: ReadonlyMap<unknown, Fields>,
  isCommon: (key: unknown) => boolean,
  orderedBy: string,
): readonly string[] => {
  const runs: { readonly value: unknown; readonly keys: string[] }[] = [];
  for (const [key, member] of members) {
    if (!isCommon(key)) continue;
    const run = runs.at(-1);
    if (run !== undefined && run.value === member[orderedBy]) run.keys.push(String(key));
    else runs.push({ value: member[orderedBy], keys: [String(key)] });
  }
  return runs.flatMap(({ keys }) => keys.toSorted());
};

const compareOrder = (
  { path, orderedBy }: ListRule,
  legacy: ReadonlyMap<unknown, Fields>,
  platform: ReadonlyMap<unknown, Fields>,
): readonly ValueDifference[] => {
  if (orderedBy === undefined) return [];
  const expected = settledOrder(legacy, (key) => platform.has(key), orderedBy);
  const order = settledOrder(platform, (key) => legacy.has(key), orderedBy);
  const place = expected.findIndex((key, index) => order[index] !== key);
  return place === -1 ? [] : [{ path, kind: 'order', legacy: expected[place], platform: order[place] }];
};

const compareMembers = (
  rule: ListRule,
  legacy: ReadonlyMap<unknown, Fields>,
  platform: ReadonlyMap<unknown, Fields>,
  compare: Compare,
): readonly ValueDifference[] => {
  const path = `${rule.path}[]`;
  const atLegacy = [...legacy].flatMap(([key, member]): readonly ValueDifference[] => {
    const other = platform.get(key);
    return other === undefined
      ? [{ path, kind: 'missing-platform', legacy: key, platform: undefined }]
      : compare(path, member, other);
  });
  const onPlatform = [...platform.keys()]
    .filter((key) => !legacy.has(key))
    .map((key): ValueDifference => ({ path, kind: 'missing-legacy', legacy: undefined, platform: key }));
  return [...atLegacy, ...onPlatform, ...compareOrder(rule, legacy, platform)];
};

const compareInOrder = (
  path: string,
  legacy: readonly unknown[],
  platform: readonly unknown[],
  compare: Compare,
): readonly ValueDifference[] => {
  if (legacy.length === platform.length)
    return legacy.flatMap((value, index) => compare(`${path}[]`, value, platform[index]));
  const kind = legacy.length < platform.length ? 'missing-legacy' : 'missing-platform';
  return [{ path, kind, legacy: legacy.length, platform: platform.length }];
};

/** What only the platform has is no difference: clients of the old contract do not look at it. */
const compareFields = (path: string, legacy: Fields, platform: Fields, compare: Compare): readonly ValueDifference[] =>
  Object.keys(legacy).flatMap((name): readonly ValueDifference[] => {
    const place = path === '' ? name : `${path}.${name}`;
    return name in platform
      ? compare(place, legacy[name], platform[name])
      : [{ path: place, kind: 'missing-platform', legacy: legacy[name], platform: undefined }];
  });

const comparison = ({ lists, numbers, ignored }: ComparisonRules, today: string): Compare => {
  const ignoredPaths = new Set(ignored.filter(({ until }) => today < until).map(({ path }) => path));

  const compareLists = (path: string, legacy: readonly unknown[], platform: readonly unknown[]) => {
    const rule = lists.find((candidate) => candidate.path === path);
    const members = rule === undefined ? undefined : membersBy(rule.key, legacy);
    const others = rule === undefined ? undefined : membersBy(rule.key, platform);
    return rule === undefined || members === undefined || others === undefined
      ? compareInOrder(path, legacy, platform, compare)
      : compareMembers(rule, members, others, compare);
  };

  const compare: Compare = (path, legacy, platform) => {
    if (ignoredPaths.has(path)) return [];
    if (Array.isArray(legacy) && Array.isArray(platform)) return compareLists(path, legacy, platform);
    if (isFields(legacy) && isFields(platform)) return compareFields(path, legacy, platform, compare);
    if (isSameValue(legacy, platform, numbers.includes(path))) return [];
    const kind = typeOf(legacy) === typeOf(platform) ? 'value' : 'type';
    return [{ path, kind, legacy, platform }];
  };
  return compare;
};

/**
 * Where answers of both sides to the same read differ for a client. `today` decides which ignore rules hold. Of what is
 * no success, the status counts alone: it decides the code, and the message is prose.
 */
export const compareAnswers = (
  legacy: Answer,
  platform: Answer,
  rules: ComparisonRules,
  today: string,
): readonly ValueDifference[] => {
  if (legacy.status !== platform.status)
    return [{ path: '', kind: 'status', legacy: legacy.status, platform: platform.status }];
  if (legacy.status >= 400) return [];
  const dataOf = ({ body }: Answer): unknown => (isFields(body) ? body['data'] : body);
  return comparison(rules, today)('data', dataOf(legacy), dataOf(platform));
};

/** The values at a path, of all members of the lists on the way. */
const valuesAt = (value: unknown, [name, ...rest]: readonly string[]): readonly unknown[] => {
  if (name === undefined) return [value];
  if (name === '[]') return Array.isArray(value) ? value.flatMap((member) => valuesAt(member, rest)) : [];
  return isFields(value) && name in value ? valuesAt(value[name], rest) : [];
};

/** Whether an answer has rows of somebody else than the user who asked. */
export const hasForeignRows = ({ body }: Answer, { owners }: ComparisonRules, userId: string): boolean =>
  owners.some((path) => valuesAt(body, path.replaceAll('[]', '.[]').split('.')).some((owner) => owner !== userId));
