import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { NOON, profileService } from '../testing/profile-service.ts';
import { applyIdentityChange } from './identity-changes.ts';
import type { ListedUser, UnreadableUser } from './ports/identity-directory.ts';
import { reconcile, type Reconciliation, type Report } from './reconciliation.ts';

const now = () => NOON;
const earlier = '2026-01-01T11:00:00.000Z' as Instant;
const user = (userId: string, email: string | null = `${userId}@x.example`, isDeleted = false): ListedUser => ({
  userId: userId as UserId,
  email,
  deleted: isDeleted,
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
  const erasedIds: UserId[] = [];
  const applyChange = applyIdentityChange(
    handle,
    reader,
    async (data, cause) => {
      erasedIds.push(data.userId);
      await erase(data, cause);
    },
    now,
  );
  const run = (
    pages: readonly (readonly ListedUser[])[],
    options: Partial<Reconciliation> = {},
    unreadable: readonly UnreadableUser[] = [],
  ): Promise<Report> =>
    reconcile({
      directory: {
        pages: async function* () {
          await Promise.resolve();
          for (const users of pages) yield { users, unreadable };
        },
      },
      reader,
      allUserIds: async function* () {
        await Promise.resolve();
        yield here.map(({ userId }) => userId).filter((userId) => !erasedIds.includes(userId));
      },
      applyChange,
      now,
      dryRun: false,
      eraseNotListed: false,
      ...options,
    });
  return { run, handle, reader, streams, erasedIds };
};

const ada = user('ada');
const bob = user('bob');

describe('reconciling with the Auth Service', () => {
  it('reports 0 differences when nothing differs', async () => {
    const { run } = await comparing(ada, bob);
    const { usersListed, profilesSeen, found: differences, repaired } = await run([[ada], [bob]]);
    expect({ usersListed, profilesSeen, repaired }).to.deep.equal({ usersListed: 2, profilesSeen: 2, repaired: 0 });
    expect(Object.values(differences)).to.deep.equal([0, 0, 0, 0, 0]);
  });

  it('creates missing profiles, corrects addresses, erases deleted users', async () => {
    const { run, reader, erasedIds } = await comparing(ada, bob);
    const movedUser = user('ada', 'new@x.example');
    const report = await run([[movedUser], [user('bob', null, true), user('eve')]]);
    expect(report.found).to.include({ 'email-differs': 1, 'not-erased': 1, 'profile-missing': 1 });
    expect(report.repaired).to.equal(3);
    expect(erasedIds).to.deep.equal(['bob']);
    const profiles = await reader.profiles([ada.userId, bob.userId, 'eve' as UserId]);
    expect([...profiles].map(([userId, { email }]) => [userId, email])).to.deep.equal([
      ['ada', 'new@x.example'],
      ['eve', 'eve@x.example'],
    ]);
  });

  it('repairs 0 profiles the second time', async () => {
    const { run } = await comparing(ada, bob);
    const there = [[user('ada', 'new@x.example'), user('bob', null, true)]];
    await run(there);
    expect((await run(there)).repaired).to.equal(0);
  });

  it('reports differences and changes nothing in a dry run', async () => {
    const { run, streams } = await comparing(ada);
    const differences: string[] = [];
    const report = await run([[user('ada', 'new@x.example'), bob]], {
      dryRun: true,
      onDifference: (userId, difference) => differences.push(`${userId} ${difference}`),
    });
    expect(report.repaired).to.equal(0);
    expect(differences).to.deep.equal(['ada email-differs', 'bob profile-missing']);
    expect((await streams.read('bob')).revision).to.equal('no-stream');
  });

  it('erases unlisted users only with eraseNotListed', async () => {
    const { run, erasedIds } = await comparing(ada, bob);
    expect((await run([[ada]])).found).to.include({ 'not-listed': 1 });
    expect(erasedIds).to.deep.equal([]);
    expect((await run([[ada]], { eraseNotListed: true })).repaired).to.equal(1);
    expect(erasedIds).to.deep.equal(['bob']);
  });

  it('erases nobody when reading the list fails', async () => {
    const { run, erasedIds } = await comparing(ada, bob);
    const brokenDirectory = {
      pages: async function* () {
        await Promise.resolve();
        yield { users: [ada], unreadable: [] };
        throw new Error('no second page');
      },
    };
    const outcome = run([], { directory: brokenDirectory, eraseNotListed: true });
    expect(await outcome.catch((error: unknown) => (error as Error).message)).to.equal('no second page');
    expect(erasedIds).to.deep.equal([]);
  });

  it('leaves users who were erased here unchanged', async () => {
    const { run } = await comparing(ada);
    await run([[user('ada', null, true)]]);
    const report = await run([[ada]]);
    expect(report).to.deep.include({ repaired: 0 });
    expect(report.found).to.include({ 'erased-here-only': 1 });
  });

  it('reports its progress after each page', async () => {
    const { run } = await comparing(ada);
    const progress: number[] = [];
    await run([[ada], [bob]], { onProgress: ({ usersListed }) => progress.push(usersListed) });
    expect(progress).to.deep.equal([1, 2, 2]);
  });

  it('ignores an address that is not newer than the known one', async () => {
    const { run, reader, handle } = await comparing(ada);
    const asOf = '2026-01-01T11:30:00.000Z' as Instant;
    const news = { type: 'NoteEmail', data: { email: 'newer@x.example', asOf } } as const;
    await handle(ada.userId, news, { commandId: newId(), correlationId: 'c', actor: 'spec' });
    for (const listedUser of [ada, { ...ada, asOf }]) {
      const { found: differences, repaired } = await run([[listedUser]]);
      expect({ ...differences, repaired }).to.include({ 'email-differs': 0, repaired: 0 });
    }
    expect((await reader.latest(ada.userId)).profile).to.include({ email: 'newer@x.example' });
  });

  it('counts as repaired only what was changed', async () => {
    const { run } = await comparing(ada, bob);
    const { found: differences, repaired } = await run([[user('ada', 'new@x.example')]], {
      eraseNotListed: true,
      applyChange: () => Promise.resolve(),
    });
    expect({ ...differences, repaired }).to.include({ 'email-differs': 1, 'not-listed': 1, repaired: 0 });
  });

  it('does not erase a user who came while the list was read', async () => {
    const { run, erasedIds } = await comparing(ada, bob);
    const here = [ada.userId];
    const pages = async function* () {
      await Promise.resolve();
      yield { users: [ada], unreadable: [] };
      here.push(bob.userId);
      yield { users: [user('eve')], unreadable: [] };
    };
    const allUserIds = async function* () {
      await Promise.resolve();
      yield [...here];
    };
    const { found: differences } = await run([], { directory: { pages }, allUserIds, eraseNotListed: true });
    expect(differences).to.include({ 'not-listed': 0 });
    expect(erasedIds).to.deep.equal([]);
  });

  it('does not count as unlisted a user who left while the list was read', async () => {
    const { run, erasedIds } = await comparing(ada, bob);
    await run([[ada, user('bob', null, true)]]);
    const allUserIds = async function* () {
      await Promise.resolve();
      yield [ada.userId, bob.userId];
    };
    const { found: differences, repaired } = await run([[ada]], { allUserIds, eraseNotListed: true });
    expect({ ...differences, repaired }).to.include({ 'not-listed': 0, repaired: 0 });
    expect(erasedIds).to.deep.equal(['bob']);
  });

  it('erases nobody when the list is empty, reports it, and finishes', async () => {
    const { run, erasedIds } = await comparing(ada, bob);
    for (const pages of [[], [[]]]) {
      const { found: differences, ...report } = await run(pages, { eraseNotListed: true });
      expect(report).to.include({ usersListed: 0, profilesSeen: 2, repaired: 0, refusedToErase: 'nobody-listed' });
      expect(differences).to.include({ 'not-listed': 2 });
    }
    expect(await run([[]])).not.to.have.property('refusedToErase');
    expect(erasedIds).to.deep.equal([]);
  });
});

describe('records that cannot be read', () => {
  const nameless = { userId: undefined, field: 'userId' };

  it('are counted and reported, and the users they name are not erased', async () => {
    const { run, erasedIds } = await comparing(ada, bob);
    const reports: UnreadableUser[] = [];
    const unreadable = [{ userId: bob.userId, field: 'email' }];
    const report = await run(
      [[user('ada', 'new@x.example')]],
      { eraseNotListed: true, onUnreadable: (unreadableUser) => reports.push(unreadableUser) },
      unreadable,
    );
    expect(report).to.include({ usersListed: 2, unreadable: 1, repaired: 1 }).and.not.have.property('refusedToErase');
    expect(reports).to.deep.equal(unreadable);
    expect(erasedIds).to.deep.equal([]);
  });

  it('without an id prevent every erasure, since they may name anybody', async () => {
    const { run, erasedIds } = await comparing(ada, bob);
    const report = await run([[user('ada', 'new@x.example')]], { eraseNotListed: true }, [nameless]);
    expect(report).to.include({ unreadable: 1, repaired: 1, refusedToErase: 'record-without-id' });
    expect(erasedIds).to.deep.equal([]);
    expect(await run([[ada]], {}, [nameless]))
      .to.include({ unreadable: 1 })
      .and.not.have.property('refusedToErase');
  });
});
