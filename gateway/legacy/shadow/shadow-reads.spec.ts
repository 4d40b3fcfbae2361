import { expect } from 'chai';
import type { DifferenceExample } from '@lego-moc/migration/contracts/evidence';
import type { Side } from '@lego-moc/migration/contracts/routing';
import type { Answer } from './compare-answers.ts';
import { gatheredEvidence } from './gathered-evidence.ts';
import type { ShadowRead } from './read-comparison.ts';
import { shadowReads } from './shadow-reads.ts';
import type { SideRead } from './side-reader.ts';

const sideRead = (origin: string): SideRead => ({ origin, path: '/api/wishlist', headers: () => [] });
const READ: ShadowRead = {
  ...{ capability: 'wishlist', stage: { state: 'shadow', percent: 0 }, userId: 'ada' },
  ...{ correlationId: 'c-1', side: 'legacy', reads: { legacy: sideRead('legacy'), platform: sideRead('platform') } },
};
const list = (...titles: readonly string[]) => ({
  status: 200,
  data: { items: titles.map((title, place) => ({ id: String(place), userId: 'ada', title, sortOrder: '1' })) },
});

describe('asking the other side for what a client has read', () => {
  /** What each side answers, one after the other; the last answer stays. */
  const sides = (answers: Readonly<Record<Side, readonly unknown[]>>) => {
    const requests: Side[] = [];
    const rest = { legacy: [...answers.legacy], platform: [...answers.platform] };
    const read = ({ origin }: SideRead): Promise<Answer> => {
      const side = origin as Side;
      requests.push(side);
      const body = rest[side].length > 1 ? rest[side].shift() : rest[side][0];
      return body === undefined ? Promise.reject(new Error('away')) : Promise.resolve({ status: 200, body });
    };
    return { requests, read };
  };

  const compare = async (
    clientBody: unknown,
    answers: Readonly<Record<Side, readonly unknown[]>>,
    { perSecond = 1_000, times = 1, read = READ, isFollowed = true } = {},
  ) => {
    const evidence = gatheredEvidence();
    const outcomes: string[] = [];
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const { requests, read: ask } = sides(answers);
    const reads = shadowReads({
      ...{
        read: ask,
        evidence,
        perSecond,
        isFollowed: () => isFollowed,
        nowMs: () => 0,
        wait: () => Promise.resolve(),
      },
      count: (_capability, outcome) => {
        outcomes.push(outcome);
        if (outcomes.length >= times) resolve(undefined);
      },
    });
    const tap = reads.tapFor(() => read)?.(200, undefined);
    if (tap === undefined) return { requests, outcomes, taken: undefined };
    tap.data(Buffer.from(JSON.stringify(clientBody)));
    tap.end();
    await promise;
    return { requests, outcomes, taken: evidence.take()[0] };
  };

  it('counts answers that are alike, and what the other side took for it', async () => {
    const { requests, outcomes, taken } = await compare(list('a'), { legacy: [list('a')], platform: [list('a')] });
    expect([requests, outcomes]).to.deep.equal([['platform'], ['alike']]);
    expect(taken?.platform).to.include({ answers: 1, errors: 0 });
    expect(taken?.comparisons).to.include({ alike: 1, different: 0 });
  });

  it('counts a difference that both sides repeat, with masked values', async () => {
    const { outcomes, taken } = await compare(list('a'), { legacy: [list('a')], platform: [list('b')] });
    expect(outcomes).to.deep.equal(['different']);
    const [example] = taken?.examples as [DifferenceExample];
    expect(example).to.include({ correlationId: 'c-1', request: '/api/wishlist' });
    expect(example.differences.map(({ path, kind }) => [path, kind])).to.deep.equal([['data.items[].title', 'value']]);
    expect(example.differences[0]?.legacy).to.match(/^string\(1\) [\da-f]{12}$/);
  });

  it('counts none that is gone, or another one, when both sides are asked again', async () => {
    for (const later of [
      { legacy: [list('a')], platform: [list('b'), list('a')] },
      { legacy: [list('c')], platform: [list('b'), list('b')] },
    ])
      expect((await compare(list('a'), later)).outcomes).to.deep.equal(['unsettled']);
  });

  it('counts none before the followers have carried what was written before the first look', async () => {
    const answers = { legacy: [list('a')], platform: [list('b')] };
    const { requests, outcomes } = await compare(list('a'), answers, { isFollowed: false });
    expect([requests, outcomes]).to.deep.equal([['platform'], ['unsettled']]);
  });

  it('counts rows of somebody else at once', async () => {
    const foreign = { data: { items: [{ id: '0', userId: 'eve', title: 'a', sortOrder: '1' }] } };
    const answers = { legacy: [list('a')], platform: [foreign] };
    const { outcomes, taken } = await compare(list('a'), answers, { times: 2 });
    expect(outcomes).to.deep.equal(['foreign', 'different']);
    expect(taken?.comparisons.foreign).to.equal(1);
  });

  it('compares nothing with a side that does not answer, which is an error of the side', async () => {
    const { outcomes, taken } = await compare(list('a'), { legacy: [list('a')], platform: [] });
    expect(outcomes).to.deep.equal(['skipped']);
    expect(taken?.platform).to.include({ answers: 1, errors: 1, failures: 1 });
  });

  it('asks the monolith for what the platform answered', async () => {
    const read: ShadowRead = { ...READ, side: 'platform' };
    const { requests } = await compare(list('a'), { legacy: [list('a')], platform: [list('a')] }, { read });
    expect(requests).to.deep.equal(['legacy']);
  });

  it('compares as many reads in a second as it may', () => {
    const evidence = gatheredEvidence();
    let atMs = 0;
    const options = {
      read: () => Promise.reject(new Error('away')),
      evidence,
      count: () => undefined,
      isFollowed: () => true,
    };
    const reads = shadowReads({ ...options, perSecond: 2, nowMs: () => atMs });
    const isCompared = (): boolean => reads.tapFor(() => READ) !== undefined;
    expect([isCompared(), isCompared()]).to.deep.equal([true, false]);
    atMs = 500;
    expect([isCompared(), isCompared()]).to.deep.equal([true, false]);
  });

  it('skips an answer that is too large', async () => {
    const { requests, outcomes } = await compare(list('x'.repeat(300_000)), { legacy: [], platform: [] });
    expect([requests, outcomes]).to.deep.equal([[], ['skipped']]);
  });
});
