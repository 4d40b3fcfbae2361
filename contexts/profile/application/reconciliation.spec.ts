import { expect } from 'chai';
import { newId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { NOON, profileService } from '../testing/profile-service.ts';
import { hearIdentityNews } from './identity-news.ts';
import type { ListedUser } from './ports/identity-directory.ts';
import { reconcile, type Reconciliation, type Report } from './reconciliation.ts';

const now = () => NOON;
const earlier = '2026-01-01T11:00:00.000Z' as Instant;
const user = (userId: string, email: string | null = `${userId}@x.example`, deleted = false): ListedUser => ({
  userId: userId as UserId,
  email,
  deleted,
  asOf: earlier,
});

/** Profiles of the users given, and a reconciliation of them with lists of the Auth Service. */
const comparing = async (...here: readonly ListedUser[]) => {
  const { handle, reader, erase, streams } = profileService();
  for (const { userId, email } of here) {
    const asOf = '2026-01-01T10:00:00.000Z' as Instant;
    const data = { userId, email, emailAsOf: asOf, displayName: 'Builder', at: asOf };
    await handle(userId, { type: 'OpenProfile', data }, { commandId: newId(), correlationId: 'c', actor: 'spec' });
  }
  const erased: UserId[] = [];
  const hear = hearIdentityNews(
    handle,
    reader,
    async (data, cause) => {
      erased.push(data.userId);
      await erase(data, cause);
    },
    now,
  );
  const run = (pages: readonly (readonly ListedUser[])[], options: Partial<Reconciliation> = {}): Promise<Report> =>
    reconcile({
      directory: {
        pages: async function* () {
          await Promise.resolve();
          yield* pages;
        },
      },
      reader,
      everybody: async function* () {
        await Promise.resolve();
        yield here.map(({ userId }) => userId).filter((userId) => !erased.includes(userId));
      },
      hear,
      now,
      dryRun: false,
      eraseNotListed: false,
      ...options,
    });
  return { run, reader, streams, erased };
};

const ada = user('ada');
const bob = user('bob');

describe('reconciling with the Auth Service', () => {
  it('finds nothing where nothing differs', async () => {
    const { run } = await comparing(ada, bob);
    const { usersListed, profilesSeen, found, repaired } = await run([[ada], [bob]]);
    expect({ usersListed, profilesSeen, repaired }).to.deep.equal({ usersListed: 2, profilesSeen: 2, repaired: 0 });
    expect(Object.values(found)).to.deep.equal([0, 0, 0, 0, 0]);
  });

  it('makes missing profiles, corrects addresses, erases who was deleted', async () => {
    const { run, reader, erased } = await comparing(ada, bob);
    const moved = user('ada', 'new@x.example');
    const report = await run([[moved], [user('bob', null, true), user('eve')]]);
    expect(report.found).to.include({ 'email-differs': 1, 'not-erased': 1, 'profile-missing': 1 });
    expect(report.repaired).to.equal(3);
    expect(erased).to.deep.equal(['bob']);
    const profiles = await reader.profiles([ada.userId, bob.userId, 'eve' as UserId]);
    expect([...profiles].map(([userId, { email }]) => [userId, email])).to.deep.equal([
      ['ada', 'new@x.example'],
      ['eve', 'eve@x.example'],
    ]);
  });

  it('finds nothing the second time', async () => {
    const { run } = await comparing(ada, bob);
    const there = [[user('ada', 'new@x.example'), user('bob', null, true)]];
    await run(there);
    expect((await run(there)).repaired).to.equal(0);
  });

  it('only tells, when it is to change nothing', async () => {
    const { run, streams } = await comparing(ada);
    const told: string[] = [];
    const report = await run([[user('ada', 'new@x.example'), bob]], {
      dryRun: true,
      onDifference: (userId, difference) => told.push(`${userId} ${difference}`),
    });
    expect(report.repaired).to.equal(0);
    expect(told).to.deep.equal(['ada email-differs', 'bob profile-missing']);
    expect((await streams.read('bob')).revision).to.equal('no-stream');
  });

  it('erases who is not listed only when told to', async () => {
    const { run, erased } = await comparing(ada, bob);
    expect((await run([[ada]])).found).to.include({ 'not-listed': 1 });
    expect(erased).to.deep.equal([]);
    expect((await run([[ada]], { eraseNotListed: true })).repaired).to.equal(1);
    expect(erased).to.deep.equal(['bob']);
  });

  it('erases nobody because a list broke off', async () => {
    const { run, erased } = await comparing(ada, bob);
    const broken = {
      pages: async function* () {
        await Promise.resolve();
        yield [ada];
        throw new Error('no second page');
      },
    };
    const outcome = run([], { directory: broken, eraseNotListed: true });
    expect(await outcome.catch((error: unknown) => (error as Error).message)).to.equal('no second page');
    expect(erased).to.deep.equal([]);
  });

  it('leaves who was erased here as they are', async () => {
    const { run } = await comparing(ada);
    await run([[user('ada', null, true)]]);
    const report = await run([[ada]]);
    expect(report).to.deep.include({ repaired: 0 });
    expect(report.found).to.include({ 'erased-here-only': 1 });
  });

  it('tells how far it is, page by page', async () => {
    const { run } = await comparing(ada);
    const seen: number[] = [];
    await run([[ada], [bob]], { onProgress: ({ usersListed }) => seen.push(usersListed) });
    expect(seen).to.deep.equal([1, 2, 2]);
  });
});
