import { expect } from 'chai';
import type { PublicProfile } from '@lego-moc/profile/contracts/http-api';
import { builder } from '../../testing/sample-documents.ts';
import { addPublicProfiles, readPublicProfiles } from './public-profiles.ts';

const event = (userId: string): object => ({
  ...{ status: 'active', userId, avatarId: null, createdAt: '2026-01-05T12:00:00.000Z', changed: ['person'] },
});
const profileOf = (userId: string): PublicProfile => builder(userId, `Name of ${userId}`).profile;

describe('adding public profiles to events', () => {
  it('reads each profile once, a hundred at a time', async () => {
    const reads: (readonly string[])[] = [];
    const add = addPublicProfiles((userIds) => {
      reads.push(userIds);
      return Promise.resolve(userIds.map(profileOf));
    });
    const events = Array.from({ length: 250 }, (_, index) => event(`user-${String(index % 120)}`));
    const payloads = await add(events);
    expect(reads.map(({ length }) => length)).to.deep.equal([100, 20]);
    expect(payloads).to.deep.equal(
      events.map((payload, index) => ({ ...payload, profile: profileOf(`user-${String(index % 120)}`) })),
    );
  });

  it('adds null where there is no profile, and asks for none of an erased user', async () => {
    const erasure = { status: 'erased', userId: 'gone', erasedAt: '2026-01-05T12:00:00.000Z' };
    const reads: (readonly string[])[] = [];
    const add = addPublicProfiles((userIds) => {
      reads.push(userIds);
      return Promise.resolve([]);
    });
    expect(await add([erasure, event('lost')])).to.deep.equal([
      { ...erasure, profile: null },
      { ...event('lost'), profile: null },
    ]);
    expect(reads).to.deep.equal([['lost']]);
    await add([erasure]);
    expect(reads).to.have.length(1);
  });

  it('throws when the profile service refuses, so that nobody is taken for missing', async () => {
    const paths: string[] = [];
    const read = readPublicProfiles({
      call: ({ path }) => {
        paths.push(path);
        return Promise.resolve({ status: 403, body: {}, headers: {} } as never);
      },
    });
    const error = await read(['a|b', 'c']).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.match(/answered .* with 403/u);
    expect(paths).to.deep.equal(['/v1/users/public?ids=a%7Cb,c']);
  });
});
