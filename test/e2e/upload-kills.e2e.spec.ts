import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { pollUntil, type GatewayClient } from '@lego-moc/local/gateway-client';
import { mocListReply } from '@lego-moc/moc-management/contracts/http-api';
import { searchPage } from '@lego-moc/search/contracts/http-api';
import { CONSISTENT_WITHIN_MS, awaitConsistentState } from './stored-state.ts';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';

const ROUNDS = 6;
/** Longer than an upload takes, so that some kills come after it. */
const LATEST_MS = 900;
const FILES = 3;
const PDF = ['%PDF-1.4\n', '%'.repeat(2_000_000), '\n%%EOF\n'];
const LIST =
  '<INVENTORY>\n<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>11</COLOR><MINQTY>4</MINQTY></ITEM>\n</INVENTORY>\n';

const titles = Array.from({ length: ROUNDS }, (_, round) => `Round ${round} ${randomUUID()}`);

describe('killing MOC management at any moment of an upload that nobody retries', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let gateway: GatewayClient;
  let authorization: string;
  before(async () => {
    platform = await startPlatform();
    gateway = await platform.signedInAs('unlucky');
    authorization = `Bearer ${await platform.token('unlucky')}`;
  });
  after(() => platform.stop());

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
    const acknowledged: string[] = [];
    for (const [round, title] of titles.entries()) {
      const sending = send(title);
      // Another moment in every run, yet spread over the whole upload.
      await sleep(((round + Math.random()) * LATEST_MS) / ROUNDS);
      await platform.killAndAwait('moc-management');
      if ((await sending) === 201) acknowledged.push(title);
    }

    const { mocs, attached } = await awaitConsistentState(platform);

    expect(attached).to.have.lengthOf(FILES * mocs.length);
    const shown = await pollUntil(
      'Showing what the log holds',
      () => gateway.get('/api/mocs?limit=100', mocListReply),
      (list) =>
        list.mocs.length === mocs.length &&
        list.mocs.every(
          ({ files, partsLists }) => files.length === FILES && partsLists.every(({ pieces }) => pieces === 4),
        ),
      CONSISTENT_WITHIN_MS,
    );
    expect(shown.mocs.map(({ mocId }) => mocId)).to.have.members(mocs);
    expect(shown.mocs.map(({ title }) => title)).to.include.members(acknowledged);
    await pollUntil(
      'Finding what the log holds',
      () => gateway.get('/api/search?q=Round&limit=50', searchPage),
      ({ items }) => items.length === mocs.length,
      CONSISTENT_WITHIN_MS,
    );
  });

  it('frees the titles of uploads that failed', async () => {
    const { mocs } = await gateway.get('/api/mocs?limit=100', mocListReply);
    const lost = titles.filter((title) => !mocs.some((moc) => moc.title === title));

    for (const title of lost) expect(await send(title), title).to.equal(201);
  });
});
