import { hasRoom, type Consumer } from './consumer.ts';
import type { Strategy } from './strategy.ts';

/** As many as EventStoreDB has: enough to share out evenly among any plausible number of consumers. */
export const BUCKETS = 1024;

const leastBurdened = (
  consumers: ReadonlySet<Consumer>,
  owners: readonly (Consumer | undefined)[],
): Consumer | undefined => {
  const burden = new Map([...consumers].map((consumer) => [consumer, 0]));
  for (const owner of owners) if (owner !== undefined) burden.set(owner, (burden.get(owner) ?? 0) + 1);
  return [...burden].reduce<[Consumer, number] | undefined>(
    (least, entry) => (least === undefined || entry[1] < least[1] ? entry : least),
    undefined,
  )?.[0];
};

/**
 * Every bucket belongs to one consumer. A newcomer is given its share of the buckets that have nothing in flight;
 * those of one who left go, when next needed, to whoever has fewest.
 */
export const pinnedStrategy = (): Strategy => {
  const consumers = new Set<Consumer>();
  const owners: (Consumer | undefined)[] = Array.from({ length: BUCKETS }, () => undefined);
  const newcomers = new Set<Consumer>();

  const shareWith = (newcomer: Consumer, busy: ReadonlySet<number>): void => {
    const bucketCounts = new Map<Consumer, number>();
    for (const owner of owners) if (owner !== undefined) bucketCounts.set(owner, (bucketCounts.get(owner) ?? 0) + 1);
    const totalBuckets = [...bucketCounts.values()].reduce((total, count) => total + count, 0);
    const fairShare = Math.ceil(totalBuckets / consumers.size);

    for (const [bucket, owner] of owners.entries()) {
      if (owner === undefined || busy.has(bucket) || owner === newcomer) continue;
      const ownedCount = bucketCounts.get(owner) ?? 0;
      if (ownedCount <= fairShare) continue;
      bucketCounts.set(owner, ownedCount - 1);
      owners[bucket] = newcomer;
    }
  };

  return {
    join: (consumer) => {
      consumers.add(consumer);
      newcomers.add(consumer);
    },
    leave: (consumer) => {
      consumers.delete(consumer);
      newcomers.delete(consumer);
      for (const [bucket, owner] of owners.entries()) if (owner === consumer) owners[bucket] = undefined;
    },
    choose: ({ bucket }, inFlight) => {
      if (![...consumers].some(hasRoom)) return undefined;
      if (newcomers.size > 0) {
        const busy = new Set([...inFlight.values()].map(({ message }) => message.bucket));
        for (const newcomer of newcomers) shareWith(newcomer, busy);
        newcomers.clear();
      }
      const owner = (owners[bucket] ??= leastBurdened(consumers, owners));
      return owner !== undefined && hasRoom(owner) ? owner : 'wait';
    },
  };
};
