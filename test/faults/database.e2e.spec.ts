import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { adminUrl } from '@lego-moc/embedded-postgres/admin';
import { portOf } from '@lego-moc/local/registry';
import { quoteName, type Queries } from '@lego-moc/postgres/database';
import { asAdmin } from '@lego-moc/postgres/provision';
import { listReply } from '@lego-moc/wishlist/contracts/http-api';
import { PLATFORM_WITHIN_MS } from '../e2e/platform.ts';
import { awaitCleanStorage } from '../e2e/storage-tools.ts';
import {
  askingAs,
  expectTryLater,
  faultyPlatform,
  untilReadiness,
  type Ask,
  type FaultyPlatform,
} from './faulty-platform.ts';
import { canFreeze, killPostgres, whilePostgresHangs } from './frozen.ts';

/** A request per service that only the database can answer. */
const READS = {
  'moc-management': '/api/mocs',
  search: '/api/search?q=crane',
  'file-processing': '/api/catalogue',
  wishlist: '/api/wishlist',
} as const;
const SERVICES = Object.keys(READS);
/** Answers come in bursts, and a statement takes several of them. */
const SLOW_MS = 400;
const BETWEEN_MS = 40;
/** Instances cache a profile for five minutes. */
const CACHED_ROUTE = '/api/users/me';
/** A cached profile is dropped once more when its event arrives. */
const NEWS_SPREAD_MS = 1_000;
const ALL = [...SERVICES, 'profile'];

describe('losing the database', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: FaultyPlatform;
  let ask: Ask;

  before(async function () {
    if (!canFreeze()) {
      console.log('    Not run: processes are frozen by way of /proc, which is not here');
      this.skip();
    }
    platform = await faultyPlatform();
    ask = await askingAs(platform, 'database-faults');
    // Creates the profile; it is cached from its first read on.
    expect((await ask(CACHED_ROUTE)).status).to.equal(200);
    expect((await wish('Before', randomUUID())).status).to.equal(201);
    await untilAllAnswer();
    await pause(NEWS_SPREAD_MS);
    expect((await ask(CACHED_ROUTE)).status).to.equal(200);
  });

  const wish = (title: string, key?: string) =>
    ask('/api/wishlist', { method: 'POST', body: { title }, ...(key === undefined ? {} : { key }) });

  const titles = async (): Promise<readonly string[]> => {
    const { status, text } = await ask('/api/wishlist');
    return status === 200 ? listReply.parse(JSON.parse(text)).items.map(({ title }) => title) : [];
  };

  const untilAllAnswer = async (): Promise<void> => {
    await untilReadiness(platform, ALL, 200);
    for (const path of [...Object.values(READS), CACHED_ROUTE])
      await pollUntil(
        `${path} answering again`,
        () => ask(path),
        ({ status }) => status === 200,
        30_000,
      );
  };

  /** Checks that hold however the database is lost; afterwards it is restored, and everything promised is there. */
  const expectTellsAndForgetsNothing = async (fault: string): Promise<() => Promise<void>> => {
    const key = randomUUID();
    const [writeWithKey, writeWithoutKey, cachedRead, ...reads] = await Promise.all([
      wish(`Refused while ${fault}`, key),
      wish(`Promised while ${fault}`),
      ask(CACHED_ROUTE),
      ...Object.values(READS).map((path) => ask(path)),
    ]);
    expectTryLater(writeWithKey, 'a write with a key');
    expect(cachedRead.status, cachedRead.text).to.equal(200);
    for (const [index, read] of reads.entries()) expectTryLater(read, SERVICES[index] ?? '');
    await untilReadiness(platform, ALL, 503);

    return async () => {
      await untilAllAnswer();
      // 409 while the first request under the key still counts as in flight.
      const repeatedReply = await pollUntil(
        'The second try',
        () => wish(`Refused while ${fault}`, key),
        ({ status }) => status !== 409,
      );
      expect(repeatedReply.status, repeatedReply.text).to.equal(201);
      const expectedTitles = [
        `Refused while ${fault}`,
        ...(writeWithoutKey.status === 201 ? [`Promised while ${fault}`] : []),
      ];
      const titlesAfter = await pollUntil('Catching up', titles, (all) =>
        expectedTitles.every((title) => all.includes(title)),
      );
      expect(titlesAfter.filter((title) => title === `Refused while ${fault}`)).to.have.lengthOf(1);
      expect(titlesAfter).to.include('Before');
    };
  };

  it('answers 503 while it hangs, and recovers when it continues', async () => {
    let afterwards = (): Promise<void> => Promise.resolve();
    await whilePostgresHangs(platform.dataDir, async () => {
      afterwards = await expectTellsAndForgetsNothing('it hangs');
    });
    await afterwards();
  });

  it('answers 503 when it is killed, and recovers when it is back', async () => {
    const launcher = platform.children.get('postgres')!;
    let afterwards: () => Promise<void>;
    // The launcher may restart it only after all requests were sent.
    launcher.kill('SIGSTOP');
    try {
      killPostgres(platform.dataDir);
      afterwards = await expectTellsAndForgetsNothing('it is dead');
    } finally {
      launcher.kill('SIGCONT');
    }
    await afterwards();
  });

  it('answers everybody while it is slow, and stores every accepted write once', async () => {
    const over = new AbortController();
    const slow = async (): Promise<void> => {
      while (!over.signal.aborted) {
        await whilePostgresHangs(platform.dataDir, () => pause(SLOW_MS));
        await pause(BETWEEN_MS);
      }
    };
    const slowing = slow();
    const promisedTitles: string[] = [];
    try {
      for (let times = 0; times < 10; times += 1) {
        const title = `Slow ${String(times)}`;
        const [wishAnswer, ...reads] = await Promise.all([
          wish(title, randomUUID()),
          ...Object.values(READS).map((path) => ask(path)),
        ]);
        if (wishAnswer.status === 201) promisedTitles.push(title);
        else expectTryLater(wishAnswer, 'a wish');
        for (const read of reads.filter(({ status }) => status !== 200)) expectTryLater(read, 'a read');
      }
    } finally {
      over.abort();
      await slowing;
    }
    await untilAllAnswer();
    expect(promisedTitles).not.to.be.empty;
    const titlesAfter = await pollUntil('Catching up', titles, (all) =>
      promisedTitles.every((title) => all.includes(title)),
    );
    for (const title of promisedTitles) expect(titlesAfter.filter((entry) => entry === title)).to.have.lengthOf(1);
  });

  const lockedList = async (admin: Queries): Promise<string> => {
    const { tablename } = await admin.one<{ tablename: string }>(
      `SELECT tablename FROM pg_tables WHERE schemaname = 'wishlist' AND tablename ~ '^wishlists_[0-9]+$'`,
    );
    return `${quoteName('wishlist')}.${quoteName(tablename)}`;
  };

  it('affects no other service when one has used up its connections', async () => {
    const url = adminUrl(platform.dataDir, portOf(platform.ports, 'postgres'));
    await asAdmin(url, async (admin) => {
      await admin.none('BEGIN');
      await admin.none(`LOCK TABLE ${await lockedList(admin)} IN ACCESS EXCLUSIVE MODE`);
      // Several users, since the gateway limits the requests in flight per user.
      const readers = await Promise.all(['one', 'two', 'three'].map((name) => askingAs(platform, `reader-${name}`)));
      const answers = await Promise.all(
        readers.flatMap((read) => Array.from({ length: 14 }, () => read('/api/wishlist'))),
      );
      for (const answer of answers) expectTryLater(answer, 'a read of the list');
      expect((await ask(READS.search)).status).to.equal(200);
      expect((await ask(READS['moc-management'])).status).to.equal(200);
      await admin.none('ROLLBACK');
    });
    await untilAllAnswer();
    expect(await titles()).to.include('Before');
  });

  it('leaves nothing in storage that nothing refers to, and nothing missing', () => awaitCleanStorage(platform));
});
