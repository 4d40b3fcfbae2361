/**
 * A record in shards: changing one of 10,000 entries copies some hundred references instead of all. Keys that end in
 * random hexadecimal digits, as ids and hashes do, spread evenly.
 */
export type Shards<Value> = { readonly [shard: string]: { readonly [key: string]: Value } };

const SHARD_DIGITS = 2;

const shardOf = (key: string): string => key.slice(-SHARD_DIGITS);

export const valueAt = <Value>(shards: Shards<Value>, key: string): Value | undefined => shards[shardOf(key)]?.[key];

export const withValue = <Value>(shards: Shards<Value>, key: string, value: Value): Shards<Value> => ({
  ...shards,
  [shardOf(key)]: { ...shards[shardOf(key)], [key]: value },
});

/** A record without one of its entries. */
export const without = <Value>(record: { readonly [key: string]: Value }, key: string): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== key));

export const withoutKey = <Value>(shards: Shards<Value>, key: string): Shards<Value> => {
  const rest = without(shards[shardOf(key)] ?? {}, key);
  return Object.keys(rest).length > 0 ? { ...shards, [shardOf(key)]: rest } : without(shards, shardOf(key));
};

export const entriesOf = <Value>(shards: Shards<Value>): readonly (readonly [string, Value])[] =>
  Object.values(shards).flatMap((shard) => Object.entries(shard));
