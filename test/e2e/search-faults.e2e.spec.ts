import { randomUUID } from 'node:crypto';
import { glob, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { z } from 'zod';
import { pollUntil } from '@lego-moc/application/poll-until';
import { newId } from '@lego-moc/application/new-id';
import { GatewayProblem, type GatewayClient } from '@lego-moc/local/gateway-client';
import { hasOpenSearchNode, OPENSEARCH_ADVICE } from '@lego-moc/testing/opensearch-for-tests';
import { skipWithout } from '@lego-moc/testing/real-component';
import { searchPage, type SearchPage } from '../../contexts/search/contracts/http-api.ts';
import { openSearchPlatform, RECOVERED_WITHIN_MS, type OpenSearchPlatform } from './opensearch-platform.ts';
import { PLATFORM_WITHIN_MS } from './platform.ts';
import { json, requestsAs, type SendRequest } from './requests.ts';

/** OpenSearch answers so when a queue is full. */
const REJECTION = { type: 'es_rejected_execution_exception', reason: 'queue full' };

const MOCS = 20;
const ADD_EVERY_MS = 100;
const SEARCH_EVERY_MS = 50;
const REPEATS_MAX = 10;
/** From then on no search looks for the caller's own writes. */
const PAST_OWN_WRITES_MS = 6_000;
/** Searches that follow the first one that OpenSearch answers again. */
const SEARCHES_AFTER = 20;

/** Letters only: words with digits are never taken for misspelt. */
const newWord = (): string => randomUUID().replaceAll(/[\d-]/gu, '').padEnd(8, 'q');

/** Sends a request again that a busy machine has refused with 503 and a time to wait. */
const repeatRefused = async <T>(request: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await request();
    } catch (error) {
      if (attempt === REPEATS_MAX || !(error instanceof GatewayProblem) || error.retryAfterMs === undefined)
        throw error;
      await sleep(error.retryAfterMs);
    }
};

describe('searching through the gateway while OpenSearch is at fault', function () {
  this.timeout(4 * PLATFORM_WITHIN_MS);
  let platform: OpenSearchPlatform;
  let word: string;
  let ada: GatewayClient;
  let send: SendRequest;
  let searches: number;

  before(async function () {
    if (!hasOpenSearchNode()) skipWithout(this, 'OpenSearch', OPENSEARCH_ADVICE);
    platform = await openSearchPlatform();
  });

  beforeEach(async () => {
    [word, searches] = [newWord(), 0];
    ada = await platform.signedInAs(`ada-${word}`);
    send = requestsAs(platform, `ada-${word}`);
  });

  afterEach(() => platform.proxy.failBy(() => undefined));

  /** Every limit finds everything, and most searches differ from those of a moment ago. */
  const search = (): Promise<SearchPage> => {
    searches += 1;
    const path = `/api/search?q=${word}&limit=${100 - (searches % 30)}`;
    return repeatRefused(() => ada.get(path, searchPage));
  };
  const titlesOf = ({ items }: SearchPage): readonly string[] => items.map(({ title }) => title).sort();
  const add = async (title: string): Promise<string> => {
    const key = newId();
    return (await repeatRefused(() => ada.post('/api/mocs', { title }, z.object({ mocId: z.string() }), key))).mocId;
  };

  const addMany = async (): Promise<readonly string[]> => {
    const titles = Array.from({ length: MOCS }, (_, number) => `Added ${number} ${word}`);
    for (const title of titles) {
      await add(title);
      await sleep(ADD_EVERY_MS);
    }
    return titles;
  };

  /** Searches again and again until `work` ends; returns its result, and the reasons that answers gave. */
  const searchDuring = async <T>(work: Promise<T>, check: (page: SearchPage) => void) => {
    const state = { isRunning: true };
    const result = work.finally(() => {
      state.isRunning = false;
    });
    const reasons = new Set<string>();
    while (state.isRunning) {
      const page = await search();
      check(page);
      reasons.add(page.degradedReason ?? 'none');
      await sleep(SEARCH_EVERY_MS);
    }
    return { result: await result, reasons: [...reasons] };
  };

  type Fault = { readonly begin: () => Promise<void> | void; readonly end: () => Promise<void> | void };

  /**
   * Adds and renames MOCs during a fault. Every search is answered, and from when PostgreSQL has all of them no answer
   * lacks one, neither during the fault nor after it. Returns the reasons that answers gave during the fault.
   */
  const searchUnderFault = async ({ begin, end }: Fault): Promise<readonly string[]> => {
    const mocId = await add(`Former ${word}`);
    const isIndexed = (page: SearchPage): boolean => page.degraded === undefined && page.items.length === 1;
    await pollUntil('it is indexed', search, isIndexed, RECOVERED_WITHIN_MS);
    try {
      await begin();
      const newTitle = `Renamed ${word}`;
      const rename = () => send(`/api/mocs/${mocId}`, json('PATCH', { title: newTitle }));
      const changes = pollUntil('it is renamed', rename, ({ ok }) => ok).then(async () =>
        [newTitle, ...(await addMany())].sort(),
      );
      const { result: titles, reasons } = await searchDuring(changes, ({ items }) => expect(items).not.to.be.empty);
      const hasAll = (page: SearchPage): void => {
        expect(titlesOf(page)).to.deep.equal(titles);
      };
      await pollUntil('all are found', search, (page) => titlesOf(page).join() === titles.join());
      const later = await searchDuring(sleep(PAST_OWN_WRITES_MS), hasAll);
      await end();
      const answersAgain = async (): Promise<boolean> => {
        const page = await search();
        hasAll(page);
        return page.degraded === undefined;
      };
      await pollUntil('OpenSearch answers again', answersAgain, Boolean, RECOVERED_WITHIN_MS);
      for (let count = 0; count < SEARCHES_AFTER; count += 1) hasAll(await search());
      return [...reasons, ...later.reasons];
    } finally {
      await end();
    }
  };

  const failBy = (faultOf: Parameters<OpenSearchPlatform['proxy']['failBy']>[0]): Fault => ({
    begin: () => platform.proxy.failBy(faultOf),
    end: () => platform.proxy.failBy(() => undefined),
  });

  const expectNothingLost = async (): Promise<void> => {
    // On a busy machine the gateway waits no longer than for any other answer.
    const verify = () => platform.operateSearch('moc-index-opensearch/verify').catch(() => '');
    const isDone = (reply: string): boolean => reply.includes('"phase":"done"');
    const verification = await pollUntil('the index is verified', verify, isDone, RECOVERED_WITHIN_MS);
    expect(verification).to.match(/"differing":0/);
    expect(await platform.operateSearch('moc-index-opensearch/parked', 'GET')).to.equal('{"parked":[],"total":0}');
  };

  it('finds everything while each request takes five seconds, and loses nothing', async () => {
    const reasons = await searchUnderFault(failBy(() => ({ delayMs: 5_000 })));
    expect(reasons).to.include('index-unavailable').and.not.to.include('none');
    await expectNothingLost();
  });

  it('finds everything while every second request fails, and loses nothing', async () => {
    let requests = 0;
    const fault = failBy(() => {
      requests += 1;
      if (requests % 2 === 0) return undefined;
      return requests % 4 === 1 ? { status: 429, body: { error: REJECTION, status: 429 } } : 'hang-up';
    });
    expect(await searchUnderFault(fault)).to.include('index-unavailable');
    await expectNothingLost();
  });

  it('finds everything while writes are rejected, in whole or row by row, and loses nothing', async () => {
    let bulks = 0;
    const fault = failBy((path) => {
      if (!path.includes('/_bulk')) return undefined;
      bulks += 1;
      const items = [{ index: { status: 429, error: REJECTION } }];
      return bulks % 2 === 0
        ? { status: 429, body: { error: REJECTION, status: 429 } }
        : { status: 200, body: { took: 1, errors: true, items } };
    });
    expect(await searchUnderFault(fault)).to.include('index-behind');
    expect(bulks).to.be.greaterThan(1);
    await expectNothingLost();
  });

  /** The folder of the shard with the MOCs. */
  const shardFolder = async (): Promise<string> => {
    const indexes = await fetch(`${platform.node.url}/_cat/indices/lego-moc-moc-index-opensearch?format=json`);
    const [{ uuid }] = z.tuple([z.object({ uuid: z.string() })]).parse(await indexes.json());
    for await (const folder of glob(join(platform.nodeHome, `**/indices/${uuid}/0`))) return folder;
    throw new Error(`Index ${uuid} has no shard`);
  };

  /** Kills the node, and starts it with a shard that was moved. */
  const moveShard = async (from: string, to: string, health?: 'red'): Promise<void> => {
    await platform.node.kill();
    await rename(from, to);
    await platform.node.start(health);
  };

  it('finds everything while the cluster is red, and loses nothing', async () => {
    const folder = await shardFolder();
    const elsewhere = join(platform.nodeHome, 'moved-shard');
    let isMoved = false;
    const begin = async (): Promise<void> => {
      isMoved = true;
      await moveShard(folder, elsewhere, 'red');
      const health = await (await fetch(`${platform.node.url}/_cluster/health`)).json();
      expect(health).to.include({ status: 'red' });
    };
    const end = async (): Promise<void> => {
      if (isMoved) await moveShard(elsewhere, folder);
      isMoved = false;
    };
    const reasons = await searchUnderFault({ begin, end });
    expect(reasons).to.include('index-unavailable').and.not.to.include('none');
    await expectNothingLost();
  });
});
