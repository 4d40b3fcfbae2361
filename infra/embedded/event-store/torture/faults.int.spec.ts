import { randomUUID } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { expect } from 'chai';
import { bricksSorted, eventOfSize, freshStream, ids, readStream, rejectionOf } from '../contract/events.ts';
import { eventually, sleep, within } from '../contract/waiting.ts';
import { flipBits } from './flip-bits.ts';
import {
  startTestNode,
  removeTestNode,
  removeTestNodes,
  isStored,
  itWithTracer,
  killTestNode,
  restartTestNode,
  injectFault,
  type TestNode,
} from './test-nodes.ts';
import { mountSmallDisk } from './small-disk.ts';

/** How long a delayed system call is suspended: the node is killed meanwhile. */
const STANDSTILL_US = 700_000;
const STANDSTILL_MS = STANDSTILL_US / 1_000;

describe('a node that dies between storing and acknowledging', () => {
  afterEach('remove nodes', removeTestNodes);

  /** From then on only the test's own events are written. */
  const atRest = async (testNode: TestNode) => {
    const stream = freshStream('before');
    await testNode.client.appendToStream(stream, bricksSorted(1));
    const tables = join(testNode.directory, 'data.mdb');
    await eventually(() => expect(readFileSync(tables).includes(stream)).to.equal(true));
  };

  /** Kills the node while the nth write of an append is suspended; the write itself has been done. */
  const interruptWrite = async (testNode: TestNode, write: number) => {
    const stream = freshStream('interrupted');
    const events = bricksSorted(3);
    await atRest(testNode);
    await injectFault(testNode, `pwrite64:delay_exit=${STANDSTILL_US}`);
    let isAcknowledged = false;
    const append = testNode.client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
    append.then(
      () => (isAcknowledged = true),
      () => undefined,
    );
    await sleep(STANDSTILL_MS * (write - 0.5));
    await killTestNode(testNode);
    await restartTestNode(testNode);
    return { stream, events, acknowledged: isAcknowledged, stored: await isStored(testNode.client, stream) };
  };

  itWithTracer('stores the event once when the client retries', async () => {
    const testNode = await startTestNode();
    let storedUnacknowledged = 0;
    for (const write of [1, 1, 2]) {
      const {
        stream,
        events,
        acknowledged: isAcknowledged,
        stored: storedCount,
      } = await interruptWrite(testNode, write);
      if (isAcknowledged) expect(storedCount).to.equal(true);
      storedUnacknowledged += Number(storedCount && !isAcknowledged);
      const again = await testNode.client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
      expect(again.nextExpectedRevision).to.equal(2n);
      expect(ids(await readStream(testNode.client, stream))).to.deep.equal(ids(events));
    }
    expect(storedUnacknowledged, 'the moment in question was met').to.be.above(0);
    await removeTestNode(testNode);
  });

  itWithTracer('stores nothing when it dies before the commit', async () => {
    const testNode = await startTestNode();
    const stream = freshStream('cut');
    await atRest(testNode);
    await injectFault(testNode, `fdatasync:delay_enter=${STANDSTILL_US}`);
    testNode.client.appendToStream(stream, bricksSorted(5)).catch(() => undefined);
    await sleep(STANDSTILL_MS / 2);
    await killTestNode(testNode);
    await restartTestNode(testNode);
    expect(await isStored(testNode.client, stream)).to.equal(false);
    await removeTestNode(testNode);
  });
});

describe('a disk that fails', () => {
  afterEach('remove nodes', removeTestNodes);

  for (const injection of ['fdatasync:error=EIO', 'pwrite64:error=EIO', 'pwrite64:error=ENOSPC']) {
    itWithTracer(`acknowledges nothing while ${injection}, still reads, and recovers`, async () => {
      const testNode = await startTestNode();
      const storedStream = freshStream('kept');
      await testNode.client.appendToStream(storedStream, bricksSorted(4));
      const heal = await injectFault(testNode, injection);
      const rejectedStream = freshStream('lost');
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const refusal = await within(
          rejectionOf(testNode.client.appendToStream(rejectedStream, bricksSorted(2))),
          'refusal',
        );
        expect(refusal).to.be.instanceOf(Error);
        expect(await readStream(testNode.client, storedStream)).to.have.length(4);
      }
      await heal();
      const late = freshStream('late');
      const events = [jsonEvent({ id: randomUUID(), type: 'Healed', data: {} })];
      await eventually(() => testNode.client.appendToStream(late, events, { expectedRevision: NO_STREAM }));
      expect(await isStored(testNode.client, rejectedStream)).to.equal(false);
      await killTestNode(testNode);
      await restartTestNode(testNode);
      expect(await readStream(testNode.client, storedStream)).to.have.length(4);
      expect(await readStream(testNode.client, late)).to.have.length(1);
      expect(await isStored(testNode.client, rejectedStream)).to.equal(false);
      await removeTestNode(testNode);
    });
  }

  it('is detected when it returns other bytes than were written', async () => {
    const testNode = await startTestNode();
    const [damagedStream, sound] = [freshStream('damaged'), freshStream('sound')];
    const mark = `mark-${randomUUID()}`;
    await testNode.client.appendToStream(damagedStream, bricksSorted(1));
    await testNode.client.appendToStream(damagedStream, jsonEvent({ type: 'Marked', data: { mark } }));
    await testNode.client.appendToStream(sound, bricksSorted(3));
    await killTestNode(testNode);
    expect(flipBits(testNode.directory, mark)).to.not.be.empty;
    await restartTestNode(testNode);
    expect(await rejectionOf(readStream(testNode.client, damagedStream))).to.be.instanceOf(Error);
    expect(await readStream(testNode.client, sound)).to.have.length(3);
    await removeTestNode(testNode);
  });

  it('may leave a torn tail behind the last commit', async () => {
    const testNode = await startTestNode();
    const stream = freshStream('torn');
    await testNode.client.appendToStream(stream, bricksSorted(20));
    await killTestNode(testNode);
    appendFileSync(join(testNode.directory, 'data.mdb'), Buffer.alloc(5_000, 0xa5));
    await restartTestNode(testNode);
    expect(await readStream(testNode.client, stream)).to.have.length(20);
    await testNode.client.appendToStream(stream, bricksSorted(20, 20));
    expect(await readStream(testNode.client, stream)).to.have.length(40);
    await removeTestNode(testNode);
  });
});

describe('a disk that is full', () => {
  afterEach('remove nodes', removeTestNodes);

  const disk = mountSmallDisk(6);
  after(() => disk?.remove());

  const outcome = 'is answered with an error; reads go on, and appends, too, once there is room';
  if (disk === undefined) it(`${outcome} (skipped: mounting a small disk is not permitted)`);
  else {
    it(outcome, async function () {
      this.timeout(60_000);
      const testNode = await startTestNode(join(disk.path, 'data'));
      const stream = freshStream('filling');
      let storedCount = 0;
      const fill = async () => {
        for (; storedCount < 60; storedCount += 1) {
          await within(
            testNode.client.appendToStream(stream, eventOfSize(200_000), {
              expectedRevision: storedCount === 0 ? NO_STREAM : BigInt(storedCount - 1),
            }),
            'answer',
          );
        }
      };
      expect(await rejectionOf(fill())).to.be.instanceOf(Error);
      expect(storedCount).to.be.within(1, 59);
      expect(await readStream(testNode.client, stream)).to.have.length(storedCount);
      expect(await rejectionOf(testNode.client.appendToStream(stream, eventOfSize(900_000)))).to.be.instanceOf(Error);

      disk.grow(64);
      await eventually(fill, 10_000);
      expect(await readStream(testNode.client, stream)).to.have.length(60);
      await killTestNode(testNode);
      await restartTestNode(testNode);
      expect(await readStream(testNode.client, stream)).to.have.length(60);
    });
  }
});
