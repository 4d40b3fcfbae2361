import { expect } from 'chai';
import type { RequestHandler } from 'express';
import request from 'supertest';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { createApi } from '@lego-moc/http/api';
import { setCaller } from '@lego-moc/http/caller';
import { after } from '@lego-moc/kernel/instant';
import { reject } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { silentLogger } from '@lego-moc/logger/logger';
import { createMetrics } from '@lego-moc/metrics/metrics';
import { interestsOfUsers } from '../../application/interests.ts';
import type { VersionsOf } from '../../application/version-reading.ts';
import type { InterestEvent } from '../../domain/interests.ts';
import type { MocId } from '../../domain/moc-id.ts';
import { now } from '../../testing/api-for-tests.ts';
import { CONTRACTS } from './contracts.ts';
import { builderRoutes, interestRoutes, ownInterestRoutes } from './interests.route.ts';

const signIn: RequestHandler = (incoming, _response, next) => {
  setCaller(incoming, { user: { id: (incoming.get('x-test-user') ?? 'ada') as UserId, roles: [] } });
  next();
};

/** The service's routes around `mocs`, which everybody sees, where three other users like whatever is asked about. */
const begin = (mocs: readonly MocId[]) => {
  const visible = new Set(mocs);
  let instant = now();
  const clock = () => (instant = after(instant, 1));
  const reader = {
    count: () => Promise.resolve(3),
    visibleMocs: (ids: readonly string[]) =>
      Promise.resolve(
        mocs.filter((id) => ids.includes(id) && visible.has(id)).map((mocId) => ({ mocId, title: 'Crane', owner })),
      ),
    isBuilder: (user: UserId) => Promise.resolve(user === owner),
  };
  const owner = 'bob' as UserId;
  const versions = {
    mocOf: (mocId: MocId) =>
      Promise.resolve(
        visible.has(mocId) ? ({} as VersionsOf) : reject('moc-not-found' as const, 'There is no such MOC.'),
      ),
  };
  const interests = interestsOfUsers(inMemoryStreams<InterestEvent>('mocInterests', clock), reader, clock);
  const app = createApi({
    service: 'moc-management',
    logger: silentLogger,
    metrics: createMetrics('moc-management', { processMetrics: false }),
    contracts: CONTRACTS,
    checkReplies: true,
    routes: [
      signIn,
      interestRoutes({ interests, versions }),
      builderRoutes({ interests, reader }),
      ownInterestRoutes({ interests, reader }),
    ],
  });
  const ask = (method: 'get' | 'put' | 'delete', path: string, user = 'ada') =>
    request(app)[method](`/v1${path}`).set('x-test-user', user);
  const read = async (path: string): Promise<unknown> => (await ask('get', path).expect(200)).body;
  return { ask, read, hide: (mocId: MocId) => visible.delete(mocId) };
};

describe('liking and bookmarking a MOC', () => {
  const mocId = newId() as MocId;

  it('counts the own interest at once and once, and not any more when it is withdrawn', async () => {
    const { ask, read } = begin([mocId]);
    const initialInterest = { likes: 3, bookmarks: 3, isLiked: false, isBookmarked: false };
    await Promise.all([1, 2, 3].map(() => ask('put', `/mocs/${mocId}/like`).expect(204)));
    expect(await read(`/mocs/${mocId}/interest`)).to.deep.equal({ ...initialInterest, likes: 4, isLiked: true });
    for (let times = 0; times < 2; times += 1) await ask('delete', `/mocs/${mocId}/like`).expect(204);
    expect(await read(`/mocs/${mocId}/interest`)).to.deep.equal(initialInterest);
  });

  it('is refused for a MOC that the user does not see', async () => {
    const { ask } = begin([]);
    for (const name of ['like', 'bookmark'])
      for (const method of ['put', 'delete'] as const) await ask(method, `/mocs/${mocId}/${name}`).expect(404);
    await ask('get', `/mocs/${mocId}/interest`).expect(404);
  });

  it('lists the own bookmarks by pages, the newest first, without MOCs that are gone', async () => {
    const mocs = [1, 2, 3, 4].map(() => newId() as MocId);
    const { ask, read, hide } = begin(mocs);
    for (const id of mocs) await ask('put', `/mocs/${id}/bookmark`).expect(204);
    hide(mocs[2]!);
    type Page = { bookmarks: readonly { mocId: string }[]; nextCursor: string | null };
    const first = (await read('/bookmarks?limit=2')) as Page;
    const second = (await read(`/bookmarks?limit=2&cursor=${String(first.nextCursor)}`)) as Page;
    expect(first.bookmarks.map((of) => of.mocId)).to.deep.equal([mocs[3]]);
    expect(second.bookmarks.map((of) => of.mocId)).to.deep.equal([mocs[1], mocs[0]]);
    expect(second.nextCursor).to.equal(null);
    await ask('delete', `/mocs/${mocs[2]!}/bookmark`).expect(204);
    await ask('get', '/bookmarks?cursor=nonsense').expect(400);
    expect((await ask('get', '/bookmarks', 'bob').expect(200)).body).to.deep.equal({ bookmarks: [], nextCursor: null });
  });
});

describe('following a builder', () => {
  it('is possible for those who have published something, and counted', async () => {
    const { ask, read } = begin([]);
    await ask('put', '/builders/bob/follow').expect(204);
    expect(await read('/builders/bob')).to.deep.equal({ builderId: 'bob', followers: 4, isFollowed: true });
    expect(await read('/followed-builders')).to.have.nested.property('builders[0].builderId', 'bob');
    await ask('delete', '/builders/bob/follow').expect(204);
    expect(await read('/followed-builders')).to.deep.equal({ builders: [], nextCursor: null });
  });

  it('is refused for oneself and for unknown users', async () => {
    const { ask } = begin([]);
    expect((await ask('put', '/builders/ada/follow').expect(409)).body).to.include({
      type: 'urn:lego-moc:problem:own-follow',
    });
    await ask('put', '/builders/eve/follow').expect(404);
    await ask('delete', '/builders/eve/follow').expect(404);
    await ask('get', '/builders/eve').expect(404);
  });
});
