import type { Visibility } from '@lego-moc/event-codec/codec';

/** Stands for a value that is not shown; `kind` is that of the value. */
type Mask = { readonly masked: 'string' | 'number' | 'boolean' | 'key' | 'deep' };

/** What is left of a list or an object that is too long to be shown. */
type Rest = { readonly masked: 'rest'; readonly count: number };

/** Of a list, and of the fields of an object. */
const ITEMS_MAX = 100;
/** Longer ones are no ids, states or times. */
const TEXT_LENGTH_MAX = 300;
const DEPTH_MAX = 16;

/** A name in a program, or an id. Texts of users may be keys as well. */
const PLAIN_KEY = /^[A-Za-z0-9_:.-]{1,80}$/;

const mask = (kind: Mask['masked']): Mask => ({ masked: kind });

const rest = (count: number): Rest => ({ masked: 'rest', count });

type Step = {
  readonly isShown: (name: string) => boolean;
  readonly isSecret: (name: string) => boolean;
  readonly depth: number;
};

const nothing = (): boolean => false;

const maskLeaf = (value: unknown, name: string, { isShown }: Step): unknown => {
  if (value === null || value === undefined) return value;
  if (typeof value === 'bigint') return isShown(name) ? String(value) : mask('number');
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return mask('deep');
  if (!isShown(name) || (typeof value === 'string' && value.length > TEXT_LENGTH_MAX))
    return mask(typeof value as Mask['masked']);
  return value;
};

const maskList = (items: readonly unknown[], name: string, step: Step): unknown => {
  const shownItems = items.slice(0, ITEMS_MAX).map((item) => maskValue(item, name, step));
  return items.length > ITEMS_MAX ? [...shownItems, rest(items.length - ITEMS_MAX)] : shownItems;
};

const maskObject = (fields: readonly (readonly [string, unknown])[], step: Step): unknown => {
  const parts = fields.slice(0, ITEMS_MAX).map(([key, item], at): [string, unknown] => {
    if (!PLAIN_KEY.test(key)) return [`(masked ${String(at)})`, mask('key')];
    return [key, maskValue(item, key, step.isSecret(key) ? { ...step, isShown: nothing } : step)];
  });
  const leftOut = fields.length - parts.length;
  return Object.fromEntries(leftOut > 0 ? [...parts, ['(rest)', rest(leftOut)]] : parts);
};

const maskValue = (value: unknown, name: string, step: Step): unknown => {
  if (typeof value !== 'object' || value === null) return maskLeaf(value, name, step);
  if (step.depth >= DEPTH_MAX) return mask('deep');
  const below: Step = { ...step, depth: step.depth + 1 };
  if (Array.isArray(value)) return maskList(value, name, below);
  if (value instanceof Set) return maskList([...(value as ReadonlySet<unknown>)], name, below);
  const fields =
    value instanceof Map
      ? [...(value as ReadonlyMap<unknown, unknown>)].map(([key, item]) => [String(key), item] as const)
      : Object.entries(value);
  return maskObject(fields, below);
};

/**
 * A JSON value in which every string, number and boolean is masked unless the field that holds it is shown. Lists and
 * objects of more than a hundred parts are cut.
 */
export const maskData = (value: unknown, { shown, secret = [] }: Visibility): unknown => {
  const shownNames = new Set(shown);
  const secretNames = new Set(secret);
  return maskValue(value, '', {
    isShown: (name) => shownNames.has(name) && !secretNames.has(name),
    isSecret: (name) => secretNames.has(name),
    depth: 0,
  });
};
