import { expect } from 'chai';
import type { Call, CallReply } from '@lego-moc/resilience/http-client';
import { httpIdentityDirectory } from './http-identity-directory.ts';

const ada = { userId: 'ada', email: 'a@x.example', updatedAt: '2026-01-01T13:00:00+01:00' };
const bob = { userId: 'bob', email: null, deleted: true, updatedAt: '2026-01-01T12:00:00Z' };

/** An Auth Service with these answers, in turn. */
const answering = (...answers: readonly Pick<CallReply, 'status' | 'body'>[]) => {
  const asked: Call[] = [];
  const call = (asking: Call): Promise<CallReply> => {
    asked.push(asking);
    return Promise.resolve({ headers: {}, ...(answers[asked.length - 1] ?? { status: 500, body: undefined }) });
  };
  return { asked, directory: httpIdentityDirectory({ call }, 'canary-token') };
};

const all = async (directory: ReturnType<typeof httpIdentityDirectory>) => {
  const users = [];
  for await (const page of directory.pages()) users.push(...page);
  return users;
};

const page = (users: readonly object[], nextCursor: string | null) => ({ status: 200, body: { users, nextCursor } });

describe('listing the users of the Auth Service', () => {
  it('asks page by page until there is no other', async () => {
    const { asked, directory } = answering(page([ada], 'c/1'), page([bob], null));
    expect(await all(directory)).to.deep.equal([
      { userId: 'ada', email: 'a@x.example', deleted: false, asOf: '2026-01-01T12:00:00.000Z' },
      { userId: 'bob', email: null, deleted: true, asOf: '2026-01-01T12:00:00.000Z' },
    ]);
    expect(asked.map(({ path }) => path)).to.deep.equal(['/v1/users?limit=200', '/v1/users?limit=200&cursor=c%2F1']);
    expect(asked[0]?.headers).to.include({ authorization: 'Bearer canary-token' });
  });

  for (const [what, answers] of [
    ['another status', [{ status: 403, body: {} }]],
    ['something else than users', [page([{ ...ada, email: 'canary, no address' }], null)]],
    ['pages that go round in circles', [page([ada], 'c'), page([bob], 'c')]],
  ] as const)
    it(`gives up on ${what}, and says nothing about anybody`, async () => {
      const { directory } = answering(...answers);
      const error = await all(directory).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('name', 'DirectoryUnreadable');
      expect((error as Error).message).not.to.include('canary');
    });
});
