import { expect } from 'chai';
import type { Call, CallReply } from '@lego-moc/resilience/service-call';
import type { ListedUser, UnreadableUser } from '../../application/ports/identity-directory.ts';
import { httpIdentityDirectory } from './http-identity-directory.ts';

const ada = { userId: 'ada', email: 'a@x.example', updatedAt: '2026-01-01T13:00:00+01:00' };
const bob = { userId: 'bob', email: null, deleted: true, updatedAt: '2026-01-01T12:00:00Z' };

/** An Auth Service with these answers, in turn. */
const answering = (...answers: readonly Pick<CallReply, 'status' | 'body'>[]) => {
  const calls: Call[] = [];
  const call = (request: Call): Promise<CallReply> => {
    calls.push(request);
    return Promise.resolve({ headers: {}, ...(answers[calls.length - 1] ?? { status: 500, body: undefined }) });
  };
  return { calls, directory: httpIdentityDirectory({ call }, 'canary-token') };
};

const all = async (directory: ReturnType<typeof httpIdentityDirectory>) => {
  const users: ListedUser[] = [];
  const unreadable: UnreadableUser[] = [];
  for await (const page of directory.pages()) {
    users.push(...page.users);
    unreadable.push(...page.unreadable);
  }
  return { users, unreadable };
};

const page = (users: readonly object[], nextCursor: string | null) => ({ status: 200, body: { users, nextCursor } });

describe('listing the users of the Auth Service', () => {
  it('reads page by page until the last', async () => {
    const { calls, directory } = answering(page([ada], 'c/1'), page([bob], null));
    expect((await all(directory)).users).to.deep.equal([
      { userId: 'ada', email: 'a@x.example', deleted: false, asOf: '2026-01-01T12:00:00.000Z' },
      { userId: 'bob', email: null, deleted: true, asOf: '2026-01-01T12:00:00.000Z' },
    ]);
    expect(calls.map(({ path }) => path)).to.deep.equal(['/v1/users?limit=200', '/v1/users?limit=200&cursor=c%2F1']);
    expect(calls[0]?.headers).to.include({ authorization: 'Bearer canary-token' });
  });

  for (const [label, answers, why] of [
    ['another status', [{ status: 403, body: {} }], /status 403/],
    ['something else than users', [{ status: 200, body: { users: { canary: ada }, nextCursor: null } }], /users/],
    ['pages that go round in circles', [page([ada], 'c'), page([bob], 'c'), page([bob], null)], /round in circles/],
  ] as const)
    it(`rejects ${label}, without personal data in the error`, async () => {
      const { directory } = answering(...answers);
      const error = await all(directory).catch((reason: unknown) => reason);
      expect(error).to.have.property('name', 'DirectoryUnreadable');
      expect((error as Error).message)
        .to.match(why)
        .and.not.include('canary');
    });
});

describe('reading a record of the list', () => {
  const readRecords = async (...records: readonly unknown[]) =>
    all(answering({ status: 200, body: { users: records, nextCursor: null } }).directory);

  it('accepts a name that the platform allows', async () => {
    const { users } = await readRecords({ ...ada, displayName: ' Ada ' });
    expect(users[0]).to.include({ userId: 'ada', displayName: 'Ada' });
  });

  for (const [label, displayName] of [
    ['that turns round', 'Adm\u202Enimda'],
    ['of several lines', 'Ada\nAdmin'],
    ['that cannot be kept', 'Ada\u0000'],
    ['of half a character', 'Ada \ud800'],
    ['of 81 characters', 'a'.repeat(81)],
    ['of none', ' '],
    ['that is no text', null],
  ] as const)
    it(`leaves out a name ${label}`, async () => {
      const { users, unreadable } = await readRecords({ ...ada, displayName }, bob);
      expect(users.map(({ userId }) => userId)).to.deep.equal(['ada', 'bob']);
      expect(users[0]?.email).to.equal(ada.email);
      expect(users[0]?.displayName).to.equal(undefined);
      expect(unreadable).to.deep.equal([]);
    });

  for (const [label, change, unread] of [
    ['an id of another form, which may be anybody', { userId: 'ada ' }, { userId: undefined, field: 'userId' }],
    ['no id', { userId: undefined }, { userId: undefined, field: 'userId' }],
    ['no address', { email: 'canary, no address' }, { userId: 'ada', field: 'email' }],
    [
      'an address that webhooks may not bring',
      { email: `${'a'.repeat(320)}@x.example` },
      { userId: 'ada', field: 'email' },
    ],
    ['no time', { updatedAt: 'lately' }, { userId: 'ada', field: 'updatedAt' }],
    ['a word for yes', { deleted: 'yes' }, { userId: 'ada', field: 'deleted' }],
  ] as const)
    it(`skips a record with ${label}, and reads the next`, async () => {
      const { users, unreadable } = await readRecords({ ...ada, ...change }, bob);
      expect(users.map(({ userId }) => userId)).to.deep.equal(['bob']);
      expect(unreadable).to.deep.equal([unread]);
    });

  it('skips a value that is no record', async () => {
    expect((await readRecords(null, 'ada')).unreadable).to.deep.equal([
      { userId: undefined, field: 'record' },
      { userId: undefined, field: 'record' },
    ]);
  });

  it('reads that a user was deleted, whatever else the record holds', async () => {
    const { users } = await readRecords({ ...bob, email: 'removed', displayName: '' });
    expect(users).to.deep.equal([{ userId: 'bob', email: null, deleted: true, asOf: '2026-01-01T12:00:00.000Z' }]);
  });
});
