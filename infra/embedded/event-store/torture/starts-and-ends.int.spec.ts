import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventStoreDBClient, NO_STREAM } from '@eventstore/db-client';
import { expect } from 'chai';
import { bricksSorted, freshStream, ids, readStream, rejectionOf } from '../contract/events.ts';
import { freePort, startNodeProcess } from '../contract/node-process.ts';
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

describe('a second node on the data of another', () => {
  afterEach('discharge', removeTestNodes);

  const startOn = ({ directory }: TestNode, port: number) =>
    startNodeProcess({ args: ['--db', directory, '--port', String(port)] });

  it('does not start, on any port, and changes nothing', async () => {
    const patient = await startTestNode();
    const stream = freshStream('shared');
    await patient.client.appendToStream(stream, bricksSorted(3));
    for (const port of [await freePort(), patient.port]) {
      expect(await messageOf(startOn(patient, port))).to.contain('Another event store runs on');
      await patient.client.appendToStream(stream, bricksSorted(3, 3));
    }
    await killTestNode(patient);
    await restartTestNode(patient);
    expect(await readStream(patient.client, stream)).to.have.length(9);
    await removeTestNode(patient);
  });

  it('starts as soon as the other process has ended', async () => {
    const patient = await startTestNode();
    for (let round = 0; round < 3; round += 1) {
      await killTestNode(patient);
      await restartTestNode(patient);
    }
    await removeTestNode(patient);
  });
});

describe('a node whose data file was damaged', () => {
  afterEach('discharge', removeTestNodes);

  for (const [what, spoil] of [
    ['was cut short', (path: string) => truncateSync(path, 3 * 4_096)],
    ['was cut within its beginning', (path: string) => truncateSync(path, 100)],
    ['was overwritten', (path: string) => writeFileSync(path, Buffer.alloc(40_000, 'x'))],
  ] as const) {
    it(`names the file and does not start: it ${what}`, async () => {
      const patient = await startTestNode();
      for (let count = 0; count < 20; count += 1) {
        await patient.client.appendToStream(freshStream('spoiled'), bricksSorted(20));
      }
      await patient.node.end('SIGTERM');
      spoil(join(patient.directory, 'data.mdb'));
      expect(await messageOf(restartTestNode(patient))).to.match(/data\.mdb is damaged: .+ Restore a copy/);
      await removeTestNode(patient);
    });
  }
});

describe('a node on an unusable directory', () => {
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

describe('a node that is asked to stop while appends are under way', () => {
  afterEach('discharge', removeTestNodes);

  it('exits 0 and has stored whole what it acknowledged', async function () {
    this.timeout(60_000);
    const patient = await startTestNode();
    const acknowledged: string[] = [];
    const streams = Array.from({ length: 400 }, () => freshStream('interrupted'));
    const batches = new Map(streams.map((stream) => [stream, bricksSorted(5)]));
    // One acknowledgement shows that the others are on their way.
    let first: (() => void) | undefined;
    const begun = new Promise<void>((resolve) => (first = resolve));
    const appends = [...batches].map(async ([stream, events]) => {
      await patient.client.appendToStream(stream, events, { expectedRevision: NO_STREAM });
      acknowledged.push(stream);
      first?.();
    });
    const settled = Promise.allSettled(appends);
    await begun;
    await within(patient.node.end('SIGTERM'), 'end');
    expect(await patient.node.exited).to.deep.equal({ code: 0, signal: null });
    await settled;
    await patient.client.dispose();

    await restartTestNode(patient);
    for (const [stream, events] of batches) {
      const isThere = await isStored(patient.client, stream);
      if (acknowledged.includes(stream)) expect(isThere).to.equal(true);
      if (isThere) expect(ids(await readStream(patient.client, stream))).to.deep.equal(ids(events));
    }
    await removeTestNode(patient);
  });

  it('ends its subscriptions', async () => {
    const patient = await startTestNode();
    const client = EventStoreDBClient.connectionString(patient.node.connectionString);
    const ended = new Promise<Error>((resolve) => client.subscribeToAll().on('error', resolve));
    await patient.client.appendToStream(freshStream('heard'), bricksSorted(1));
    await within(patient.node.end('SIGTERM'), 'end');
    expect(await within(ended, 'error')).to.have.property('type', 'unavailable');
    await client.dispose();
    await removeTestNode(patient);
  });
});
