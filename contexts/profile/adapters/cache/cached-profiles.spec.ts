import { expect } from 'chai';
import type { Cache } from '@lego-moc/cache/cache';
import { inProcessCache } from '@lego-moc/cache/in-process-cache';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ReadProfile } from '../../application/ports/profile-reader.ts';
import { DEFAULT_PREFERENCES } from '../../domain/profile.ts';
import { cachedProfiles } from './cached-profiles.ts';

const ada = 'ada' as UserId;
const bob = 'bob' as UserId;

const profileOf = (userId: UserId, revision: bigint): ReadProfile => ({
  userId,
  revision,
  createdAt: '2026-01-01T12:00:00.000Z' as Instant,
  avatarId: null,
  person: { displayName: `${userId} at ${String(revision)}`, bio: '', location: '', website: '' },
  email: null,
  preferences: DEFAULT_PREFERENCES,
});

/** A database whose profiles have `revision`, and that counts its queries. */
const reading = (cache: Cache = inProcessCache()) => {
  const queries: (readonly UserId[])[] = [];
  const stands = new Map<UserId, bigint>([
    [ada, 0n],
    [bob, 0n],
  ]);
  let gate = Promise.resolve();
  const { profiles, noteRevision } = cachedProfiles(cache, async (userIds) => {
    queries.push(userIds);
    const entries = userIds.flatMap((userId) => {
      const revision = stands.get(userId);
      return revision === undefined ? [] : [[userId, profileOf(userId, revision)] as const];
    });
    await gate;
    return new Map(entries);
  });
  return {
    queries,
    stands,
    noteRevision,
    profiles,
    revisionOf: async (userId: UserId) => (await profiles([userId])).get(userId)?.revision,
    /** Answers are delayed until the returned function is called. */
    hold: () => {
      let open = (): void => undefined;
      gate = new Promise((resolve) => (open = resolve));
      return open;
    },
  };
};

describe('reading profiles through the cache', () => {
  it('queries the database once, then not at all', async () => {
    const { queries, profiles } = reading();
    const first = await profiles([ada]);
    expect(await profiles([ada])).to.deep.equal(first);
    expect(queries).to.have.length(1);
  });

  it('queries the database once in a stampede', async () => {
    const { queries, profiles } = reading();
    await Promise.all(Array.from({ length: 1_000 }, () => profiles([ada])));
    expect(queries).to.deep.equal([[ada]]);
  });

  it('queries the database once in a stampede on several instances that share a cache', async () => {
    const cache = inProcessCache();
    const instances = [reading(cache), reading(cache), reading(cache)];
    const revisions = await Promise.all(
      instances.flatMap(({ revisionOf }) => Array.from({ length: 50 }, () => revisionOf(ada))),
    );
    expect(new Set(revisions)).to.deep.equal(new Set([0n]));
    expect(instances.flatMap(({ queries }) => queries)).to.deep.equal([[ada]]);
  });

  it('loads by itself when another instance found nothing, or died', async () => {
    const cache = inProcessCache();
    const [first, other] = [reading(cache), reading(cache)];
    const eve = 'eve' as UserId;
    expect(await Promise.all([first.revisionOf(eve), other.revisionOf(eve)])).to.deep.equal([undefined, undefined]);
    await cache.lease(['profile:ada'], 50);
    expect(await first.revisionOf(ada)).to.equal(0n);
  });

  it('loads all missing profiles in one query', async () => {
    const { queries, profiles } = reading();
    await profiles([ada]);
    const profilesById = await profiles([bob, ada, 'eve' as UserId]);
    expect(queries[1]).to.deep.equal([bob, 'eve']);
    expect([...profilesById.keys()]).to.have.members([ada, bob]);
  });

  it('returns no profile older than the noted revision', async () => {
    const { stands, noteRevision, revisionOf } = reading();
    expect(await revisionOf(ada)).to.equal(0n);
    stands.set(ada, 1n);
    await noteRevision(ada, 1n);
    expect(await revisionOf(ada)).to.equal(1n);
  });

  it('returns nothing for an erased user', async () => {
    const { stands, noteRevision, revisionOf } = reading();
    expect(await revisionOf(ada)).to.equal(0n);
    stands.delete(ada);
    await noteRevision(ada, 1n);
    expect(await revisionOf(ada)).to.equal(undefined);
  });

  it('ignores a profile that was read before a revision was noted and cached after it', async () => {
    const { queries, stands, noteRevision, hold, revisionOf } = reading();
    const release = hold();
    const early = revisionOf(ada);
    await new Promise((resolve) => setImmediate(resolve));
    stands.set(ada, 1n);
    await noteRevision(ada, 1n);
    const late = revisionOf(ada);
    release();
    expect([await early, await late]).to.deep.equal([1n, 1n]);
    expect(await revisionOf(ada)).to.equal(1n);
    expect(queries.length).to.be.above(1);
  });

  it('leaves no outdated profile in the cache for other instances', async () => {
    const cache = inProcessCache();
    const { stands, noteRevision, hold, revisionOf } = reading(cache);
    const release = hold();
    const early = revisionOf(ada);
    await new Promise((resolve) => setImmediate(resolve));
    stands.delete(ada);
    await noteRevision(ada, 1n);
    release();
    expect(await early).to.equal(undefined);
    expect(await cache.get('profile:ada')).to.equal(undefined);
  });

  it('ignores revisions that are noted twice or late', async () => {
    const { queries, stands, noteRevision, revisionOf } = reading();
    stands.set(ada, 2n);
    await noteRevision(ada, 2n);
    expect(await revisionOf(ada)).to.equal(2n);
    await noteRevision(ada, 2n);
    await noteRevision(ada, 1n);
    expect(await revisionOf(ada)).to.equal(2n);
    expect(queries).to.have.length(1);
  });

  it('queries the database at most twice in a stampede during a change', async () => {
    const { queries, stands, noteRevision, hold, revisionOf } = reading();
    const release = hold();
    const early = Array.from({ length: 100 }, () => revisionOf(ada));
    await new Promise((resolve) => setImmediate(resolve));
    stands.set(ada, 1n);
    await noteRevision(ada, 1n);
    release();
    expect(new Set(await Promise.all(early))).to.deep.equal(new Set([1n]));
    expect(queries).to.deep.equal([[ada], [ada]]);
  });

  it('queries the database at most twice in a stampede for an erased user', async () => {
    const { queries, stands, noteRevision, revisionOf } = reading();
    stands.delete(ada);
    await noteRevision(ada, 1n);
    const revisions = await Promise.all(Array.from({ length: 100 }, () => revisionOf(ada)));
    expect(new Set(revisions)).to.deep.equal(new Set([undefined]));
    expect(queries).to.deep.equal([[ada], [ada]]);
  });

  it('resolves false while the cache is away, and deletes once it is back', async () => {
    const cache = inProcessCache();
    let isAway = false;
    const flaky: Cache = { ...cache, delete: (key) => (isAway ? Promise.resolve(false) : cache.delete(key)) };
    const { stands, noteRevision, revisionOf } = reading(flaky);
    await revisionOf(ada);
    stands.delete(ada);
    isAway = true;
    expect([await noteRevision(ada, 1n), await noteRevision(ada, 1n)]).to.deep.equal([false, false]);
    expect(await cache.get('profile:ada')).not.to.equal(undefined);
    isAway = false;
    expect(await noteRevision(ada, 1n)).to.equal(true);
    expect(await cache.get('profile:ada')).to.equal(undefined);
  });

  it('tells a successful delete from one that failed meanwhile', async () => {
    const cache = inProcessCache();
    const answers: ((isGone: boolean) => void)[] = [];
    const slow: Cache = { ...cache, delete: () => new Promise((resolve) => answers.push(resolve)) };
    const { noteRevision } = reading(slow);
    const notes = [noteRevision(ada, 1n), noteRevision(ada, 2n)];
    answers[0]?.(true);
    answers[1]?.(false);
    expect(await Promise.all(notes)).to.deep.equal([true, false]);
    const again = noteRevision(ada, 2n);
    expect(answers).to.have.length(3);
    answers[2]?.(true);
    expect(await again).to.equal(true);
  });

  it('ignores values that another release has cached', async () => {
    const cache = inProcessCache();
    await cache.set('profile:ada', { name: 'Ada' }, 60_000);
    expect(await reading(cache).revisionOf(ada)).to.equal(0n);
  });

  it('keeps answering while the cache is away', async () => {
    const away: Cache = {
      get: () => Promise.resolve(undefined),
      set: () => Promise.resolve(),
      delete: () => Promise.resolve(false),
      lease: (keys) => Promise.resolve({ keys, end: () => Promise.resolve() }),
    };
    expect(await reading(away).revisionOf(ada)).to.equal(0n);
  });
});
