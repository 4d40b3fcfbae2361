import { expect } from 'chai';
import sinon from 'sinon';
import { ProblemError } from '@lego-moc/http/problem';
import type { Routing } from '@lego-moc/migration/contracts/routing';
import { writeGate } from './write-gate.ts';

const routing = (change: Partial<Routing> = {}): Routing => ({
  ...{ capability: 'wishlist', version: 7, state: 'canary', percent: 50, nextPercent: null },
  ...{ allow: ['ada'], deny: ['ben'], ...change },
});

describe('letting writes pass while users change sides', () => {
  let clock: sinon.SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => clock.restore());

  const gateWith = (change?: Partial<Routing>) => {
    const gate = writeGate({ answerTimeoutMs: 5_000 });
    gate.apply([routing(change)], performance.now());
    return gate;
  };
  const codeOf = async (write: Promise<unknown>): Promise<unknown> =>
    write.then(
      () => 'passed',
      (error: unknown) => (error instanceof ProblemError ? error.reply.status : error),
    );

  it('sends each user to the side that writes for them', async () => {
    const gate = gateWith();
    expect((await gate.beginWrite('wishlist', 'ada')).side).to.equal('platform');
    expect((await gate.beginWrite('wishlist', 'ben')).side).to.equal('legacy');
  });

  it('sends everybody to the monolith while nothing moves', async () => {
    const gate = writeGate({ answerTimeoutMs: 5_000 });
    gate.apply([], performance.now());
    expect((await gate.beginWrite('wishlist', 'ada')).side).to.equal('legacy');
  });

  it('holds the writes of a user that changes sides until the change is over', async () => {
    const gate = gateWith({ nextPercent: 0 });
    const write = gate.beginWrite('wishlist', 'ada');
    expect((await gate.beginWrite('wishlist', 'ben')).side).to.equal('legacy');
    await clock.tickAsync(500);
    gate.apply([routing({ version: 8, percent: 0, state: 'shadow' })], performance.now());
    expect((await write).side).to.equal('legacy');
  });

  it('refuses a held write after two seconds', async () => {
    const gate = gateWith({ nextPercent: 0 });
    const write = codeOf(gate.beginWrite('wishlist', 'ada'));
    await clock.tickAsync(2_000);
    expect(await write).to.equal(503);
  });

  it('reports a version as drained once the writes from before it are over', async () => {
    const gate = gateWith();
    const write = await gate.beginWrite('wishlist', 'ada');
    gate.apply([routing({ version: 9, nextPercent: 0 })], performance.now());
    expect(gate.drained()).to.deep.equal({ wishlist: 7 });
    write.end(true);
    expect(gate.drained()).to.deep.equal({ wishlist: 9 });
  });

  it('counts a write without an answer until its upstream can be at work on it no longer', async () => {
    const gate = gateWith();
    const write = await gate.beginWrite('wishlist', 'ada');
    gate.apply([routing({ version: 9 })], performance.now());
    await clock.tickAsync(1_000);
    write.end(false);
    await clock.tickAsync(3_999);
    expect(gate.drained()).to.deep.equal({ wishlist: 7 });
    await clock.tickAsync(1);
    expect(gate.drained()).to.deep.equal({ wishlist: 9 });
  });

  it('lets nobody write to the platform when the migration has been silent for three seconds', async () => {
    const gate = gateWith();
    await clock.tickAsync(3_000);
    const write = codeOf(gate.beginWrite('wishlist', 'ada'));
    expect((await gate.beginWrite('wishlist', 'ben')).side).to.equal('legacy');
    await clock.tickAsync(2_000);
    expect(await write).to.equal(503);
  });

  it('knows what the followers have carried to the other side', () => {
    const gate = gateWith();
    expect(gate.isFollowed('wishlist', performance.now() - 1_000)).to.equal(false);
    const following = gateWith({ followedMs: 300 });
    expect(following.isFollowed('wishlist', performance.now() - 301)).to.equal(true);
    expect(following.isFollowed('wishlist', performance.now() - 300)).to.equal(false);
  });

  it('waits for the first answer of the migration', async () => {
    const gate = writeGate({ answerTimeoutMs: 5_000 });
    const read = gate.readSide('wishlist', 'ada');
    gate.apply([routing()], performance.now());
    expect(await read).to.deep.equal({ side: 'platform', routing: routing() });
  });
});
