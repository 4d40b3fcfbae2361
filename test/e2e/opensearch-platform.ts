import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pollUntil } from '@lego-moc/application/poll-until';
import { newId } from '@lego-moc/application/new-id';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { openSearchNode, type OpenSearchNode } from '@lego-moc/testing/opensearch-for-tests';
import { searchPage } from '../../contexts/search/contracts/http-api.ts';
import { faultyProxy, type FaultyProxy } from '../../contexts/search/testing/faulty-proxy.ts';
import { platformForSpecs, startPlatform, type TestPlatform } from './platform.ts';

/** Time for an index to be built, or to catch up after a fault, on a busy machine. */
export const RECOVERED_WITHIN_MS = 90_000;

export type OpenSearchPlatform = TestPlatform & {
  /** The node that searches run on, and its data. */
  readonly node: OpenSearchNode;
  readonly nodeHome: string;
  /** Stands between the platform and the node. */
  readonly proxy: FaultyProxy;
  /** Runs an operation on a projection of search, and returns the text of the reply. */
  readonly operateSearch: (path: string, method?: 'GET' | 'POST') => Promise<string>;
};

const start = async (): Promise<OpenSearchPlatform> => {
  const home = await mkdtemp(join(tmpdir(), 'opensearch-'));
  const node = await openSearchNode(home);
  closeAfterAllTests(async () => {
    await node.kill();
    await rm(home, { recursive: true, force: true });
  });
  await node.start();
  // Only now: the node's port was free before, and a proxy that listens takes any free one.
  const proxy = await faultyProxy(node.url);
  closeAfterAllTests(proxy.close);
  const platform = await startPlatform({ OPENSEARCH_URL: proxy.url });
  const visitor = await platform.signedInAs('visitor');
  await pollUntil(
    'OpenSearch answers',
    async () => (await visitor.get('/api/search?q=anything', searchPage)).degraded === undefined,
    Boolean,
    RECOVERED_WITHIN_MS,
  );
  const olga = await platform.token('olga', ['operator', 'operator:act']);
  const operateSearch = async (path: string, method = 'POST'): Promise<string> => {
    const headers = { authorization: `Bearer ${olga}`, 'idempotency-key': newId() };
    const response = await fetch(`${platform.url}/ops/search/projections/${path}?reason=test`, { method, headers });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text;
  };
  return { ...platform, node, nodeHome: home, proxy, operateSearch };
};

/** One platform that searches with a real OpenSearch, for all tests that give back what they take away. */
export const openSearchPlatform = platformForSpecs(start);
