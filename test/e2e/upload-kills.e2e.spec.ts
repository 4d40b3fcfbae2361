import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { GatewayClient } from '@lego-moc/local/gateway-client';
import { pollUntil } from '@lego-moc/application/poll-until';
import { mocListReply, mocReply, type MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { searchPage } from '@lego-moc/search/contracts/http-api';
import { CONSISTENT_WITHIN_MS, awaitConsistentState } from './stored-state.ts';
import { awaitCleanStorage } from './storage-tools.ts';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';

const ROUNDS = 6;
/** Longer than an upload takes, so that some kills come after it. */
const LATEST_MS = 900;
const FILES = 3;
const PDF = ['%PDF-1.4\n', '%'.repeat(2_000_000), '\n%%EOF\n'];
const LIST =
  '<INVENTORY>\n<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>11</COLOR><MINQTY>4</MINQTY></ITEM>\n</INVENTORY>\n';

const REPLACEMENTS = 3;
const listOf = (pieces: number): string => `Part,Color,Quantity\n3001,4,${pieces}\n`;
const formOf = (title: string | undefined, list: string): FormData => {
  const body = new FormData();
  if (title !== undefined) body.set('title', title);
  body.set('partsLists', new Blob([list]), 'list.csv');
  return body;
};

const titles = Array.from({ length: ROUNDS }, (_, round) => `Round ${round} ${randomUUID()}`);

describe('killing MOC management at any moment of an upload that nobody retries', function () {
  this.timeout(2 * PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let gateway: GatewayClient;
  let authorization: string;
  before(async () => {
    platform = await startPlatform();
    gateway = await platform.signedInAs('unlucky');
    authorization = `Bearer ${await platform.token('unlucky')}`;
  });
  after(() => platform.stop());

  /** Waits until the job and its lots are gone. */
  const awaitGone = async (jobId: string): Promise<void> => {
    const look = () => fetch(`${platform.url}/api/jobs/${jobId}/lots`, { headers: { authorization } });
    await pollUntil('The withdrawal of a job', look, ({ status }) => status === 410, CONSISTENT_WITHIN_MS);
  };

  /** The status of the answer, if there is one. */
  const send = async (title: string): Promise<number | undefined> => {
    const body = new FormData();
    body.set('title', title);
    body.set('instructionsFile', new Blob(PDF, { type: 'application/pdf' }), 'steps.pdf');
    body.append('partsLists', new Blob([LIST]), 'one.xml');
    body.append('partsLists', new Blob([LIST]), 'two.xml');
    try {
      const reply = await fetch(`${platform.url}/api/mocs/with-files`, {
        method: 'POST',
        headers: { authorization },
        body,
      });
      await reply.arrayBuffer();
      return reply.status;
    } catch {
      return undefined;
    }
  };

  it('leaves a whole MOC or nothing of it, in the log, in storage and in read models', async () => {
    const acknowledgedIds: string[] = [];
    for (const [round, title] of titles.entries()) {
      const upload = send(title);
      // Another moment in every run, yet spread over the whole upload.
      await sleep(((round + Math.random()) * LATEST_MS) / ROUNDS);
      await platform.killAndAwait('moc-management');
      if ((await upload) === 201) acknowledgedIds.push(title);
    }

    const { mocs, attachedFiles } = await awaitConsistentState(platform);

    expect(attachedFiles).to.have.lengthOf(FILES * mocs.length);
    const mocList = await pollUntil(
      'Showing what the log holds',
      () => gateway.get('/api/mocs?limit=100', mocListReply),
      (list) =>
        list.mocs.length === mocs.length &&
        list.mocs.every(
          ({ files, partsLists }) => files.length === FILES && partsLists.every(({ pieces }) => pieces === 4),
        ),
      CONSISTENT_WITHIN_MS,
    );
    expect(mocList.mocs.map(({ mocId }) => mocId)).to.have.members(mocs);
    expect(mocList.mocs.map(({ title }) => title)).to.include.members(acknowledgedIds);
    await pollUntil(
      'Finding what the log holds',
      () => gateway.get('/api/search?q=Round&limit=50', searchPage),
      ({ items }) => items.length === mocs.length,
      CONSISTENT_WITHIN_MS,
    );
  });

  it('leaves a parts list as it was or replaced, and frees what it no longer holds', async () => {
    const reply = await fetch(`${platform.url}/api/mocs/with-files`, {
      method: 'POST',
      headers: { authorization },
      body: formOf(`Replaced ${randomUUID()}`, listOf(4)),
    });
    const { mocId, partsLists: sentLists } = mocReply.parse(await reply.json());
    const listUrl = `${platform.url}/api/mocs/${mocId}/parts-lists/${sentLists[0]!.partsListId}`;
    /** The MOC as its stream has it: after a kill the read model may be behind, and a title that it has tells how far. */
    const readMoc = async (): Promise<MocReply> => {
      const body = JSON.stringify({ title: sentLists[0]!.title });
      const headers = { authorization, 'content-type': 'application/json' };
      const repeatedReply = await fetch(listUrl, { method: 'PUT', headers, body });
      const revision = repeatedReply.headers.get('etag')?.replaceAll('"', '') ?? '';
      return gateway.get(`/api/mocs/${mocId}?atLeastRevision=${revision}`, mocReply);
    };
    const awaitCountedMoc = () =>
      pollUntil(
        'Reading what was sent',
        readMoc,
        ({ partsLists: [list], files }) =>
          list?.status === 'counted' && list.replacement === undefined && files.length === 1,
        CONSISTENT_WITHIN_MS,
      );
    let before = await awaitCountedMoc();
    for (let round = 0; round < REPLACEMENTS; round += 1) {
      const { partsListId, jobId, pieces } = before.partsLists[0]!;
      const sentPieces = 10 + round;
      const replacement = fetch(listUrl, {
        method: 'PUT',
        headers: { authorization },
        body: formOf(undefined, listOf(sentPieces)),
      }).then(
        async ({ status, body }) => body?.cancel().then(() => status),
        () => undefined,
      );
      await sleep(((round + Math.random()) * LATEST_MS) / REPLACEMENTS);
      await platform.killAndAwait('moc-management');
      const isAcknowledged = (await replacement) === 200;

      const { attachedFiles } = await awaitConsistentState(platform);
      const now = await awaitCountedMoc();
      const [list] = now.partsLists;
      expect(list?.partsListId).to.equal(partsListId);
      expect(list?.pieces).to.be.oneOf(isAcknowledged ? [sentPieces] : [pieces, sentPieces]);
      expect(attachedFiles).to.include.members(now.files.map(({ fileId }) => fileId));
      expect(now.files).to.have.lengthOf(1);
      if (list?.jobId !== jobId) await awaitGone(jobId);
      before = now;
    }
  });

  it('frees the titles of uploads that failed', async () => {
    const { mocs } = await gateway.get('/api/mocs?limit=100', mocListReply);
    const failedTitles = titles.filter((title) => !mocs.some((moc) => moc.title === title));

    for (const title of failedTitles) expect(await send(title), title).to.equal(201);
  });

  it('leaves nothing in storage that nothing refers to, and nothing missing', () => awaitCleanStorage(platform));
});
