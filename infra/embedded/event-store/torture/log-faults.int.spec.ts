import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jsonEvent, NO_STREAM } from '@eventstore/db-client';
import { expect } from 'chai';
import { bricksSorted, freshStream, ids, readStream, rejectionOf } from '../contract/events.ts';
import { eventually, sleep, within } from '../contract/waiting.ts';
import { flipBits } from './flip-bits.ts';
import {
  startTestNode,
  removeTestNode,
  removeTestNodes,
  itWithTracer,
  killTestNode,
  restartTestNode,
  injectFault,
  type TestNode,
} from './test-nodes.ts';

const LOG = 'write-ahead.log';
/** Behind the salt and the boot id. */
const FIRST_COMMIT_AT = 20;
const TABLES = 'data.mdb';
/** Longer than an idle node waits before it moves its log to the tables. */
const REST_MS = 200;
const APPENDS_MAX = 100;

type Course = { readonly acknowledged: string[]; readonly refused: string[] };

const isRefused = ({ refused }: Course): boolean => refused.length > 0;

/** Appends until `isEnough`, in quick succession unless there is to be a pause before each. */
const appendUntil = async (
  testNode: TestNode,
  stream: string,
  isEnough: (course: Course) => boolean,
  pauseMs?: number,
): Promise<Course> => {
  const course: Course = { acknowledged: [], refused: [] };
  for (let count = 0; count < APPENDS_MAX && !isEnough(course); count += 1) {
    if (pauseMs !== undefined) await sleep(pauseMs);
    const id = randomUUID();
    const append = testNode.client.appendToStream(stream, jsonEvent({ id, type: 'BricksSorted', data: {} }));
    await within(append, 'answer').then(
      () => course.acknowledged.push(id),
      () => course.refused.push(id),
    );
  }
  expect(isEnough(course), 'the log was met').to.equal(true);
  return course;
};

describe('a node that is killed while it writes its write-ahead log', () => {
  afterEach('remove nodes', removeTestNodes);

  const expectOnce = async (
    testNode: TestNode,
    stream: string,
    storedMarks: string[],
    { acknowledged, refused }: Course,
  ) => {
    await killTestNode(testNode);
    await restartTestNode(testNode);
    expect(ids(await readStream(testNode.client, stream))).to.deep.equal(storedMarks);
    // At an exact revision, which is compared with the log: of `any` a server remembers nothing after a restart.
    for (const [index, id] of refused.entries()) {
      const before = acknowledged.length + index;
      const expectedRevision = before === 0 ? NO_STREAM : BigInt(before - 1);
      await testNode.client.appendToStream(stream, jsonEvent({ id, type: 'BricksSorted', data: {} }), {
        expectedRevision,
      });
    }
    expect(ids(await readStream(testNode.client, stream))).to.deep.equal([...acknowledged, ...refused]);
    await removeTestNode(testNode);
  };

  for (const [moment, injection] of [
    ['writes a frame', 'pwrite64:signal=KILL'],
    ['flushes a frame', 'fdatasync:signal=KILL'],
    ['commits a frame', 'pwrite64:signal=KILL:when=2'],
    ['commits a frame behind another', 'pwrite64:signal=KILL:when=4'],
  ] as const) {
    itWithTracer(`as it ${moment} has what it acknowledged, and the rest once when the client retries`, async () => {
      const testNode = await startTestNode();
      const stream = freshStream('interrupted');
      const before = await appendUntil(testNode, stream, ({ acknowledged }) => acknowledged.length === 1);
      await injectFault(testNode, injection, LOG);
      const { acknowledged, refused } = await appendUntil(testNode, stream, isRefused);
      await within(testNode.node.exit, 'death');
      const storedMarks = [...before.acknowledged, ...acknowledged];
      await expectOnce(testNode, stream, storedMarks, { acknowledged: storedMarks, refused });
    });
  }

  for (const [moment, injection] of [
    ['writes pages', 'pwrite64:signal=KILL'],
    ['flushes pages', 'fdatasync:signal=KILL'],
    ['writes the root page', 'pwrite64:signal=KILL:when=2'],
  ] as const) {
    itWithTracer(`as it flushes its log to the tables and ${moment} has what it acknowledged`, async () => {
      const testNode = await startTestNode();
      const stream = freshStream('interrupted');
      await injectFault(testNode, injection, TABLES);
      // With a pause before each, so that the log moves to the tables as often as the fault needs to be hit.
      const course = await appendUntil(testNode, stream, isRefused, REST_MS);
      await within(testNode.node.exit, 'death');
      await expectOnce(testNode, stream, course.acknowledged, course);
    });
  }

  itWithTracer('after it committed a frame and before it answers has it once when the client retries', async () => {
    const testNode = await startTestNode();
    const stream = freshStream('interrupted');
    await injectFault(testNode, 'pwrite64:delay_exit=1500000:when=2', LOG);
    const appends = appendUntil(testNode, stream, isRefused);
    await eventually(() => {
      const log = readFileSync(join(testNode.directory, LOG));
      expect(log.includes(stream)).to.equal(true);
      expect(log[FIRST_COMMIT_AT]).to.equal(0xff);
    });
    await testNode.node.end('SIGKILL');
    const course = await appends;
    await expectOnce(testNode, stream, [...course.acknowledged, ...course.refused], course);
  });
});

describe('a disk that fails under the write-ahead log', () => {
  afterEach('remove nodes', removeTestNodes);

  for (const [fault, injection] of [
    ['flushes nothing', 'fdatasync:error=EIO'],
    ['writes nothing', 'pwrite64:error=EIO'],
    ['is full', 'pwrite64:error=ENOSPC'],
    ['takes a part only', 'pwrite64:retval=10'],
    ['refuses the commit', 'pwrite64:error=EIO:when=2+2'],
  ] as const) {
    itWithTracer(`and ${fault} has what was acknowledged, by log and by tables, and nothing else`, async () => {
      const testNode = await startTestNode();
      const stream = freshStream('refused');
      const before = await appendUntil(testNode, stream, ({ acknowledged }) => acknowledged.length === 5);
      const heal = await injectFault(testNode, injection, LOG);
      const during = await appendUntil(
        testNode,
        stream,
        ({ acknowledged, refused }) => acknowledged.length > 1 && refused.length > 1,
      );
      const storedMarks = [...before.acknowledged, ...during.acknowledged];
      expect(ids(await readStream(testNode.client, stream))).to.deep.equal(storedMarks);
      await heal();
      const after = await appendUntil(testNode, stream, ({ acknowledged }) => acknowledged.length === 5);
      expect(after.refused).to.be.empty;
      await killTestNode(testNode);
      await restartTestNode(testNode);
      expect(ids(await readStream(testNode.client, stream))).to.deep.equal([...storedMarks, ...after.acknowledged]);
      await removeTestNode(testNode);
    });
  }
});

describe('a disk that fails under the tables while a node is idle', () => {
  afterEach('remove nodes', removeTestNodes);

  for (const injection of [
    'fdatasync:error=EIO',
    'pwrite64:error=EIO',
    'pwrite64:error=ENOSPC',
    'pwrite64:error=EIO:when=2+2',
  ]) {
    itWithTracer(`(${injection}) costs nothing, is told to whoever appends next, and is got over`, async () => {
      const testNode = await startTestNode();
      const stream = freshStream('rested');
      const heal = await injectFault(testNode, injection, TABLES);
      const before = await appendUntil(testNode, stream, ({ acknowledged }) => acknowledged.length === 5);
      const during = await appendUntil(testNode, stream, isRefused, REST_MS);
      const storedMarks = [...before.acknowledged, ...during.acknowledged];
      expect(ids(await readStream(testNode.client, stream))).to.deep.equal(storedMarks);
      await heal();
      const after = await appendUntil(testNode, stream, ({ acknowledged }) => acknowledged.length === 5, REST_MS);
      expect(after.refused).to.be.empty;
      await killTestNode(testNode);
      await restartTestNode(testNode);
      expect(ids(await readStream(testNode.client, stream))).to.deep.equal([...storedMarks, ...after.acknowledged]);
      await removeTestNode(testNode);
    });
  }
});

describe('a write-ahead log that is damaged', function () {
  this.timeout(40_000);
  afterEach('remove nodes', removeTestNodes);

  /** A node that was killed while events, one for each stream, stood in its log only. */
  const killedNode = async ({ isFirst = false } = {}) => {
    const testNode = await startTestNode();
    const marks: string[] = [];
    await eventually(async () => {
      marks.length = 0;
      const streams = Array.from({ length: 6 }, () => randomUUID());
      if (!isFirst) {
        for (const id of streams) await testNode.client.appendToStream(`of-${id}`, bricksSorted(1));
        await eventually(() =>
          expect(readFileSync(join(testNode.directory, TABLES)).includes(streams[5]!)).to.equal(true),
        );
      }
      for (const id of streams) {
        const mark = `mark-${id}`;
        await testNode.client.appendToStream(`of-${id}`, jsonEvent({ type: 'Marked', data: { mark } }));
        marks.push(mark);
      }
      const content = readFileSync(join(testNode.directory, LOG));
      expect(marks.slice(1).every((mark) => content.includes(mark))).to.equal(true);
    });
    await killTestNode(testNode);
    return { testNode, marks, path: join(testNode.directory, LOG), stored: isFirst ? 1 : 2 };
  };
  const streamOf = (mark: string): string => `of-${mark.slice(5)}`;

  it('fails only reads of the damaged records', async () => {
    const { testNode, marks, stored: storedMarks } = await killedNode();
    const damagedMarks = [marks[2] ?? '', marks[3] ?? ''];
    for (const mark of damagedMarks) expect(flipBits(testNode.directory, mark)).to.deep.equal([LOG]);
    for (const life of ['from the log', 'from the tables']) {
      await restartTestNode(testNode);
      for (const mark of marks) {
        const read = readStream(testNode.client, streamOf(mark));
        if (damagedMarks.includes(mark)) expect(await rejectionOf(read), life).to.be.instanceOf(Error);
        else expect(await read, life).to.have.length(storedMarks);
      }
      // The log goes to the tables with the first append after a start, if not before.
      await testNode.client.appendToStream(freshStream('later'), bricksSorted(1));
      await killTestNode(testNode);
    }
    await removeTestNode(testNode);
  });

  it('keeps the node from starting when the first record of a stream was changed', async () => {
    const { testNode, marks, path } = await killedNode({ isFirst: true });
    const content = readFileSync(path);
    // In the name of the stream, and in the data.
    for (const at of [content.indexOf(streamOf(marks[2] ?? '')) + 5, content.indexOf(marks[3] ?? '') + 5]) {
      writeFileSync(path, Buffer.from(content).fill('X', at, at + 1));
      expect(((await rejectionOf(restartTestNode(testNode))) as Error).message).to.contain(
        'The write-ahead log is damaged',
      );
    }
    writeFileSync(path, content);
    await restartTestNode(testNode);
    for (const mark of marks) expect(await readStream(testNode.client, streamOf(mark))).to.have.length(1);
    await removeTestNode(testNode);
  });

  it('keeps the node from starting when its last commit was cut or changed', async () => {
    const { testNode, marks, path, stored: storedMarks } = await killedNode();
    const content = readFileSync(path);
    const at = content.indexOf(marks[5] ?? '') + 3;
    const spoiledContent = Buffer.from(content).fill('X', at, at + 1);
    for (const [bytes, reason] of [
      [content.subarray(0, at), 'The write-ahead log is damaged'],
      [spoiledContent, 'does not match its checksum'],
    ] as const) {
      writeFileSync(path, bytes);
      expect(((await rejectionOf(restartTestNode(testNode))) as Error).message).to.contain(reason);
    }
    writeFileSync(path, content);
    await restartTestNode(testNode);
    for (const mark of marks) expect(await readStream(testNode.client, streamOf(mark))).to.have.length(storedMarks);
    await removeTestNode(testNode);
  });

  it('may have a torn tail behind the last commit', async () => {
    const { testNode, marks, path, stored: storedMarks } = await killedNode();
    const content = readFileSync(path);
    const end = content.findLastIndex((byte) => byte !== 0) + 1;
    content.fill(0xa5, end + 1, end + 300);
    writeFileSync(path, content);
    await restartTestNode(testNode);
    for (const mark of marks) expect(await readStream(testNode.client, streamOf(mark))).to.have.length(storedMarks);
    const later = freshStream('later');
    await appendUntil(testNode, later, ({ acknowledged }) => acknowledged.length === 5);
    await killTestNode(testNode);
    await restartTestNode(testNode);
    expect(await readStream(testNode.client, later)).to.have.length(5);
    await removeTestNode(testNode);
  });
});
