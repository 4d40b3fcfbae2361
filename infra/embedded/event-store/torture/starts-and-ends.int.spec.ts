import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { expect } from 'chai';
import getPort from 'get-port';
import { bricksSorted, eventOfSize, freshStream, ids, readStream, rejectionOf } from '../contract/events.ts';
import { startNodeProcess } from '../contract/node-process.ts';
import { within } from '../contract/waiting.ts';
import {
  startTestNode,
  removeTestNode,
  removeTestNodes,
  isStored,
  killTestNode,
  restartTestNode,
  type TestNode,
} from './test-nodes.ts';
import { mountSmallDisk } from './small-disk.ts';

const messageOf = async (start: Promise<unknown>): Promise<string> => ((await rejectionOf(start)) as Error).message;

describe('a second node on the data of another', function () {
  this.timeout(60_000);
  afterEach('remove nodes', removeTestNodes);

  const startOn = ({ directory }: TestNode, port: number) =>
    startNodeProcess({ args: ['--db', directory, '--port', String(port)] });

  it('does not start, on any port, and changes nothing', async () => {
    const testNode = await startTestNode();
    const stream = freshStream('shared');
    await testNode.client.appendToStream(stream, bricksSorted(3));
    for (const port of [await getPort(), testNode.port]) {
      expect(await messageOf(startOn(testNode, port))).to.contain('Another event store runs on');
      await testNode.client.appendToStream(stream, bricksSorted(3, 3));
    }
    await killTestNode(testNode);
    await restartTestNode(testNode);
    expect(await readStream(testNode.client, stream)).to.have.length(9);
    await removeTestNode(testNode);
  });

  it('starts as soon as the other process has ended', async () => {
    const testNode = await startTestNode();
    for (let round = 0; round < 3; round += 1) {
      await killTestNode(testNode);
      await restartTestNode(testNode);
    }
    await removeTestNode(testNode);
  });
});

describe('a node whose data file was damaged', function () {
  this.timeout(60_000);
  afterEach('remove nodes', removeTestNodes);

  for (const [damage, spoil] of [
    ['was cut short', (path: string) => truncateSync(path, 3 * 4_096)],
    ['was cut within its beginning', (path: string) => truncateSync(path, 100)],
    ['was overwritten', (path: string) => writeFileSync(path, Buffer.alloc(40_000, 'x'))],
  ] as const) {
    it(`names the file and does not start: it ${damage}`, async () => {
      const testNode = await startTestNode();
      for (let count = 0; count < 20; count += 1) {
        await testNode.client.appendToStream(freshStream('spoiled'), bricksSorted(20));
      }
      await testNode.node.end('SIGTERM');
      spoil(join(testNode.directory, 'data.mdb'));
      expect(await messageOf(restartTestNode(testNode))).to.match(/data\.mdb is damaged: .+ Restore a copy/);
      await removeTestNode(testNode);
    });
  }
});

describe('a node whose data directory is removed', function () {
  this.timeout(60_000);
  afterEach('remove nodes', removeTestNodes);

  it('stops acknowledging at once', async () => {
    const { client, directory } = await startTestNode();
    const stream = freshStream('removed');
    await client.appendToStream(stream, bricksSorted(1));
    rmSync(directory, { recursive: true });
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const rejection = await rejectionOf(client.appendToStream(stream, bricksSorted(1)));
      expect((rejection as Error).message).to.contain('was removed');
    }
  });
});

describe('a node that is asked to stop while its disk is full', function () {
  this.timeout(60_000);
  const disk = mountSmallDisk(6);
  after(() => disk?.remove());
  afterEach('remove nodes', removeTestNodes);

  const outcome = 'exits 0, says what it could not write, and has it after the next start';
  if (disk === undefined) it(`${outcome} (skipped: mounting a small disk is not permitted)`);
  else {
    it(outcome, async function () {
      this.timeout(60_000);
      const testNode = await startTestNode(join(disk.path, 'data'));
      const stream = freshStream('filling');
      let storedCount = 0;
      const fill = async (): Promise<void> => {
        for (; storedCount < 100; storedCount += 1) await testNode.client.appendToStream(stream, eventOfSize(50_000));
      };
      await rejectionOf(fill());
      const { node } = testNode;
      await node.end('SIGTERM');
      expect(await node.exit).to.deep.equal({ code: 0, signal: null });
      await testNode.client.dispose();
      disk.grow(64);
      await restartTestNode(testNode);
      // The append that was refused last may have been stored all the same.
      expect(await readStream(testNode.client, stream)).to.have.length.within(storedCount, storedCount + 1);
    });
  }
});

describe('a node on an unusable directory', function () {
  this.timeout(60_000);
  const disk = mountSmallDisk(6);
  after(() => disk?.remove());

  it('names the reason and does not start where the directory is a file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'event-store-no-directory-'));
    const path = join(folder, 'file');
    writeFileSync(path, '');
    for (const db of [path, join(path, 'below')]) {
      expect(await messageOf(startNodeProcess({ args: ['--db', db, '--port', '0'] }))).to.contain(
        `${db} cannot be used for the data`,
      );
    }
    rmSync(folder, { recursive: true });
  });

  if (disk === undefined)
    it('names the reason and does not start where it is read-only (skipped: mounting is not permitted)');
  else {
    it('names the reason and does not start where it is read-only', async () => {
      disk.lock();
      expect(await messageOf(startNodeProcess({ args: ['--db', disk.path, '--port', '0'] }))).to.contain(
        `${disk.path} cannot be used for the data`,
      );
    });
  }
});

describe('a node that is asked to stop while appends are in flight', function () {
  this.timeout(60_000);
  afterEach('remove nodes', removeTestNodes);

  it('exits 0 and has stored completely what it acknowledged', async function () {
    this.timeout(60_000);
    const testNode = await startTestNode();
    const acknowledgedIds: string[] = [];
    const streams = Array.from({ length: 400 }, () => freshStream('interrupted'));
    const batches = new Map(streams.map((stream) => [stream, bricksSorted(5)]));
    // One acknowledgement shows that the others are on their way.
    let first: (() => void) | undefined;
    const begin = new Promise<void>((resolve) => (first = resolve));
    const appends = [...batches].map(async ([stream, events]) => {
      await testNode.client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
      acknowledgedIds.push(stream);
      first?.();
    });
    const outcomes = Promise.allSettled(appends);
    await begin;
    await within(testNode.node.end('SIGTERM'), 'end');
    expect(await testNode.node.exit).to.deep.equal({ code: 0, signal: null });
    await outcomes;
    await testNode.client.dispose();

    await restartTestNode(testNode);
    for (const [stream, events] of batches) {
      const isThere = await isStored(testNode.client, stream);
      if (acknowledgedIds.includes(stream)) expect(isThere).to.equal(true);
      if (isThere) expect(ids(await readStream(testNode.client, stream))).to.deep.equal(ids(events));
    }
    await removeTestNode(testNode);
  });

  it('ends its subscriptions', async () => {
    const testNode = await startTestNode();
    const client = EventStoreDBClient.connectionString(testNode.node.connectionString);
    const end = new Promise<Error>((resolve) => client.subscribeToAll().on('error', resolve));
    await testNode.client.appendToStream(freshStream('heard'), bricksSorted(1));
    await within(testNode.node.end('SIGTERM'), 'end');
    expect(await within(end, 'error')).to.have.property('type', 'unavailable');
    await client.dispose();
    await removeTestNode(testNode);
  });
});
