import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { skipOnGivenEventStore } from '@lego-moc/testing/real-component';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';
import { projectionsCommand } from './projections-command.ts';
import { awaitCleanStorage } from './storage-tools.ts';
import { json, requestsAs, type SendRequest } from './requests.ts';

/** Work that goes on before the next process is killed. */
const OPERATIONS_BETWEEN_KILLS = 6;
const BUILDERS = 3;
/** Of an operation that failed because a process was killed. */
const RETRY_MS = 100;
/** Messages that a killed process had taken are delivered again after its subscription's message timeout. */
const SETTLED_WITHIN_MS = 90_000;

const csv = (pieces: number): string => `Part,Color,Quantity\n3001,4,${pieces}\n`;

const form = (list: string, title?: string): FormData => {
  const body = new FormData();
  if (title !== undefined) body.set('title', title);
  body.set('partsLists', new Blob([list]), 'list.csv');
  return body;
};

type Moc = { readonly mocId: string; readonly partsLists: readonly { readonly partsListId: string }[] };

/**
 * The requests of a builder, repeated: upload, edit, replace, wish, read. Returns the number of requests that
 * succeeded.
 */
const build = async (send: SendRequest, at: number): Promise<number> => {
  const upload = await send('/api/mocs/with-files', {
    method: 'POST',
    body: form(csv(at + 1), `Crane ${randomUUID()}`),
  });
  if (upload.status !== 201) return Number(upload.ok);
  const { mocId, partsLists } = (await upload.json()) as Moc;
  const replies = [
    await send(`/api/mocs/${mocId}`, json('PATCH', { theme: `Harbour ${at}` })),
    await send(`/api/mocs/${mocId}/parts-lists/${partsLists[0]!.partsListId}`, {
      method: 'PUT',
      body: form(csv(at + 2)),
    }),
    await send('/api/wishlist', json('POST', { title: `Crane ${at}` })),
    await send('/api/mocs', {}),
    await send('/api/search?q=crane', {}),
    ...(at % 3 === 0 ? [await send(`/api/mocs/${mocId}`, { method: 'DELETE' })] : []),
  ];
  return 1 + replies.filter(({ ok }) => ok).length;
};

describe('killing each process in turn under load', function () {
  this.timeout(4 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  const load = { isOver: false, succeeded: 0 };
  let builders: Promise<void>;

  const buildUntilOver = async (builder: number): Promise<void> => {
    const send = requestsAs(platform, `under-load-${builder}`);
    for (let at = 0; !load.isOver; at += 1) {
      // A request that a kill interrupts may fail in any way; what it leaves behind is what this spec is about.
      const successes = await build(send, at).catch(() => 0);
      load.succeeded += successes;
      if (successes === 0) await sleep(RETRY_MS);
    }
  };

  before(async function () {
    skipOnGivenEventStore(this, 'it kills the store');
    platform = await startPlatform();
    builders = Promise.all(Array.from({ length: BUILDERS }, (_, builder) => buildUntilOver(builder))).then(
      () => undefined,
    );
  });
  after(async () => {
    load.isOver = true;
    await builders;
    await (platform as TestPlatform | undefined)?.stop();
  });

  it('leaves read models equal to their streams, and nothing parked', async () => {
    const processes = [...platform.children.keys()];
    expect(processes).to.include.members(['gateway', 'moc-management', 'file-processing', 'postgres', 'event-store']);
    for (const process of processes) {
      const until = load.succeeded + OPERATIONS_BETWEEN_KILLS;
      await pollUntil(
        'Work after a kill',
        () => Promise.resolve(load.succeeded),
        (now) => now >= until,
        SETTLED_WITHIN_MS,
      );
      await platform.killAndAwait(process);
    }
    load.isOver = true;
    await builders;

    const verification = await pollUntil(
      'Read models that equal their streams',
      () => projectionsCommand(platform, 'verify', '--all'),
      ({ exitCode }) => exitCode === 0,
      SETTLED_WITHIN_MS,
    );
    expect(verification.output).to.match(/^moc-catalogue: [\d,]+ rows are what the streams say\.$/m);
    const list = await pollUntil(
      'Subscriptions that need no attention',
      () => projectionsCommand(platform, 'list'),
      ({ exitCode }) => exitCode === 0,
      SETTLED_WITHIN_MS,
    );
    expect(list.output).to.include('moc-management-publisher');
  });

  it('leaves nothing in storage that nothing refers to, and nothing missing', () => awaitCleanStorage(platform));
});
