/** Two levels of 64: 20,000 entries lie some five to a bucket, and a change copies 128 references, not 20,000. */
const BITS = 6;
const MASK = (1 << BITS) - 1;
const WIDTH = MASK + 1;

type Bucket<Key extends string, Value> = readonly (readonly [Key, Value])[];
type Branch<Key extends string, Value> = readonly (Bucket<Key, Value> | null)[];

/** A map as a value: a change returns another map that shares nearly all of it. JSON, as all state is. */
export type PersistentMap<Key extends string, Value> = {
  readonly size: number;
  readonly branches: readonly (Branch<Key, Value> | null)[];
};

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a: short keys that differ in a character lie in different buckets. */
const hashOf = (key: string): number => {
  let hash = FNV_OFFSET;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), FNV_PRIME);
  return hash;
};

const replaceAt = <T>(items: readonly (T | null)[], index: number, item: T): readonly (T | null)[] => {
  const copy = items.length === 0 ? new Array<T | null>(WIDTH).fill(null) : items.slice();
  copy[index] = item;
  return copy;
};

/** Without entries. */
export const emptyMap: PersistentMap<never, never> = { size: 0, branches: [] };

const placeOf = (key: string): readonly [number, number] => {
  const hash = hashOf(key);
  return [hash & MASK, (hash >>> BITS) & MASK];
};

const bucketAt = <Key extends string, Value>(
  { branches }: PersistentMap<Key, Value>,
  [branch, bucket]: readonly [number, number],
): Bucket<Key, Value> => branches[branch]?.[bucket] ?? [];

/** The value of a key. */
export const valueOf = <Key extends string, Value>(map: PersistentMap<Key, Value>, key: Key): Value | undefined =>
  bucketAt(map, placeOf(key)).find(([entryKey]) => entryKey === key)?.[1];

/** The map with one value changed; `undefined` removes the entry. */
export const withValue = <Key extends string, Value>(
  map: PersistentMap<Key, Value>,
  key: Key,
  value: Value | undefined,
): PersistentMap<Key, Value> => {
  const [branch, bucket] = placeOf(key);
  const before = bucketAt(map, [branch, bucket]);
  const others = before.filter(([entryKey]) => entryKey !== key);
  const after: Bucket<Key, Value> = value === undefined ? others : [...others, [key, value]];
  return {
    size: map.size + after.length - before.length,
    branches: replaceAt(map.branches, branch, replaceAt(map.branches[branch] ?? [], bucket, after)),
  };
};

/** All entries, in an order that the keys alone decide only up to their buckets. */
export function* entriesOf<Key extends string, Value>({
  branches,
}: PersistentMap<Key, Value>): Generator<readonly [Key, Value]> {
  for (const branch of branches) for (const bucket of branch ?? []) yield* bucket ?? [];
}
