/**
 * A record in shards: changing one of 10,000 entries copies some hundred references instead of all. Keys that end in
 * random hexadecimal digits, as ids and hashes do, spread evenly.
 */
export type Sharded<Value> = { readonly [shard: string]: { readonly [key: string]: Value } };

const SHARD_DIGITS = 2;

const shardOf = (key: string): string => key.slice(-SHARD_DIGITS);

export const valueAt = <Value>(sharded: Sharded<Value>, key: string): Value | undefined => sharded[shardOf(key)]?.[key];

export const withValue = <Value>(sharded: Sharded<Value>, key: string, value: Value): Sharded<Value> => ({
  ...sharded,
  [shardOf(key)]: { ...sharded[shardOf(key)], [key]: value },
});

/** A record without one of its entries. */
export const without = <Value>(record: { readonly [key: string]: Value }, key: string): Record<string, Value> =>
  Object.fromEntries(Object.entries(record).filter(([other]) => other !== key));

export const withoutKey = <Value>(sharded: Sharded<Value>, key: string): Sharded<Value> => {
  const rest = without(sharded[shardOf(key)] ?? {}, key);
  return Object.keys(rest).length > 0 ? { ...sharded, [shardOf(key)]: rest } : without(sharded, shardOf(key));
};

export const entriesOf = <Value>(sharded: Sharded<Value>): readonly (readonly [string, Value])[] =>
  Object.values(sharded).flatMap((shard) => Object.entries(shard));
