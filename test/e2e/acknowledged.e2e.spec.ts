import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { GatewayProblem, type GatewayClient } from '@lego-moc/local/gateway-client';
import { pollUntil } from '@lego-moc/application/poll-until';
import { mocReply, type MocReply } from '@lego-moc/moc-management/contracts/http-api';
import { skipOnGivenEventStore } from '@lego-moc/testing/real-component';
import { readStoredState } from './stored-state.ts';
import { PLATFORM_WITHIN_MS, startPlatform, type TestPlatform } from './platform.ts';

const WRITERS = 4;
const KILLS = 3;
const BETWEEN_KILLS_MS = 1_500;

describe('killing the event store while several builders write', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let writers: readonly GatewayClient[];
  before(async function () {
    skipOnGivenEventStore(this, 'it kills the store');
    platform = await startPlatform();
    writers = await Promise.all(Array.from({ length: WRITERS }, (_, n) => platform.signedInAs(`writer-${n}`)));
  });
  after(() => (platform as TestPlatform | undefined)?.stop());

  it('keeps every MOC that was answered with 201', async () => {
    const acknowledgedMocs: { readonly writer: GatewayClient; readonly moc: MocReply }[] = [];
    let refusedCount = 0;
    const kills = new AbortController();
    const write = async (writer: GatewayClient): Promise<void> => {
      for (let number = 1; !kills.signal.aborted; number += 1) {
        try {
          const moc = await writer.post('/api/mocs', { title: `MOC ${number}` }, mocReply);
          acknowledgedMocs.push({ writer, moc });
        } catch (error) {
          if (error instanceof GatewayProblem && error.status < 500) throw error;
          refusedCount += 1;
          await sleep(100);
        }
      }
    };

    const writes = Promise.all(writers.map(write));
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const before = acknowledgedMocs.length;
      await pollUntil(
        'Writing',
        () => Promise.resolve(acknowledgedMocs.length),
        (now) => now > before + WRITERS,
      );
      await sleep(Math.random() * BETWEEN_KILLS_MS);
      await platform.killAndAwait('event-store');
    }
    kills.abort();
    await writes;

    const { mocs } = await readStoredState(platform);
    expect(mocs).to.include.members(acknowledgedMocs.map(({ moc }) => moc.mocId));
    for (const { writer, moc } of acknowledgedMocs)
      expect((await writer.get(`/api/mocs/${moc.mocId}`, mocReply)).title).to.equal(moc.title);
    console.log(`    ${acknowledgedMocs.length} acknowledged, ${refusedCount} not, ${KILLS} kills`);
  });
});
