import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@lego-moc/logger/logger';
import { connectOpenSearch } from '@lego-moc/opensearch/connect';
import { openSearchForTests } from '@lego-moc/testing/opensearch-for-tests';
import { openSearchSearchIndex } from '../adapters/opensearch/opensearch-search-index.ts';
import { fallbackSearchIndex } from '../adapters/resilience/fallback-search-index.ts';
import type { DegradedReason, SearchIndex } from '../application/ports/search-index.ts';
import { faultyProxy, type FaultyProxy } from '../testing/faulty-proxy.ts';
import type { Latencies } from './load.ts';

/** The ways in which OpenSearch fails, and the part of the answers that another index must give. */
type Fault = {
  readonly name: string;
  readonly faultOf: Parameters<FaultyProxy['failBy']>[0];
  /** Known before a search is sent. */
  readonly reason?: DegradedReason;
};

const failHalf = (): Fault['faultOf'] => {
  let requests = 0;
  return () => ((requests += 1) % 2 === 0 ? undefined : 'hang-up');
};

const FAULTS: readonly Fault[] = [
  { name: 'takes 5 s', faultOf: () => ({ delayMs: 5_000 }) },
  { name: 'fails every second request', faultOf: failHalf() },
  { name: 'is away', faultOf: () => 'hang-up' },
  { name: 'rejects rows', faultOf: () => undefined, reason: 'index-behind' },
];

/** By then the circuit is closed again, and no result is repeated. */
const RECOVERED_MS = 12_000;

/** Latencies of `load` from when OpenSearch begins to fail, by fault. Results of a moment ago count as any answer. */
export const whileDegraded = async (
  { prefix, fallback }: { readonly prefix: string; readonly fallback: SearchIndex },
  load: (index: SearchIndex) => Promise<Latencies>,
  print: (name: string, latencies: Latencies, degradedShare: number) => void,
): Promise<void> => {
  const proxy = await faultyProxy(await openSearchForTests());
  const client = connectOpenSearch(proxy.url);
  let reason: DegradedReason | undefined;
  const index = fallbackSearchIndex({
    ...{ primary: openSearchSearchIndex({ client, prefix }), fallback, logger: silentLogger, reason: () => reason },
    ...{ showsWrites: () => Promise.resolve(true), hasWritten: () => Promise.resolve(false) },
  });
  try {
    for (const fault of FAULTS) {
      const count = { all: 0, degraded: 0 };
      proxy.failBy(fault.faultOf);
      reason = fault.reason;
      const latencies = await load({
        ...index,
        find: async (search) => {
          const page = await index.find(search);
          count.all += 1;
          if (page.degraded !== undefined) count.degraded += 1;
          return page;
        },
      });
      print(fault.name, latencies, count.degraded / count.all);
      reason = undefined;
      proxy.failBy(() => undefined);
      await sleep(RECOVERED_MS);
    }
  } finally {
    index.close();
    await client.close();
    await proxy.close();
  }
};
