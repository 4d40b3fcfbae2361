import { isDeepStrictEqual } from 'node:util';
import type { Visibility } from '@lego-moc/event-codec/codec';
import { maskData } from './masking.ts';

type Change = { readonly path: string; readonly before?: unknown; readonly after?: unknown };

const CHANGES_MAX = 200;
const DEPTH_MAX = 16;

/** A name in a program, or an id; other keys may have been written by users. */
const PLAIN_KEY = /^[A-Za-z0-9_:.-]{1,80}$/;

/** What is called so is never shown. */
const NO_NAME = '(masked)';

type Leaf = { readonly name: string; readonly value: unknown };

const partsOf = (value: object, name: string): readonly (readonly [step: string, name: string, part: unknown])[] => {
  if (value instanceof Map)
    return [...(value as ReadonlyMap<unknown, unknown>)].map(([key, part]) => [String(key), String(key), part]);
  if (value instanceof Set) return [...(value as ReadonlySet<unknown>)].map((part, at) => [String(at), name, part]);
  if (Array.isArray(value)) return value.map((part: unknown, at) => [String(at), name, part]);
  return Object.entries(value).map(([key, part]) => [key, key, part]);
};

/** Every value of a state that has no parts, by its path. Fields below a secret are called after it. */
const leavesOf = (state: unknown, secret: ReadonlySet<string>): ReadonlyMap<string, Leaf> => {
  const leaves = new Map<string, Leaf>();
  const walk = (value: unknown, path: string, name: string, depth: number): void => {
    const parts = typeof value === 'object' && value !== null && depth < DEPTH_MAX ? partsOf(value, name) : [];
    if (parts.length === 0) leaves.set(path, { name, value });
    for (const [step, partName, part] of parts) {
      const shownStep = PLAIN_KEY.test(step) ? step : '(masked)';
      const leafName = PLAIN_KEY.test(partName) ? partName : NO_NAME;
      walk(part, path === '' ? shownStep : `${path}.${shownStep}`, secret.has(name) ? name : leafName, depth + 1);
    }
  };
  walk(state, '', '', 0);
  return leaves;
};

const maskLeaf = ({ name, value }: Leaf, visibility: Visibility): unknown => {
  if (name === NO_NAME) return maskData(value, { shown: [] });
  return (maskData({ [name]: value }, visibility) as Record<string, unknown>)[name];
};

/** What differs between two states, value by value, masked. */
export const differenceOf = (
  before: unknown,
  after: unknown,
  visibility: Visibility,
): { readonly changes: readonly Change[]; readonly isComplete: boolean } => {
  const secret = new Set(visibility.secret);
  const [former, current] = [leavesOf(before, secret), leavesOf(after, secret)];
  const view = (side: 'before' | 'after', leaf: Leaf | undefined): object =>
    leaf === undefined ? {} : { [side]: maskLeaf(leaf, visibility) };
  const paths = [...new Set([...former.keys(), ...current.keys()])].toSorted();
  const changes = paths
    .filter((path) => !isDeepStrictEqual(former.get(path), current.get(path)))
    .map((path) => ({ path, ...view('before', former.get(path)), ...view('after', current.get(path)) }));
  return { changes: changes.slice(0, CHANGES_MAX), isComplete: changes.length <= CHANGES_MAX };
};
