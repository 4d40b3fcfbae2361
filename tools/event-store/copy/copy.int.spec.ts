import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ANY, binaryEvent, EventStoreDBClient, jsonEvent, type JSONEventData } from '@eventstore/db-client';
import { startNode } from '@lego-moc/embedded-event-store/server/start-node';
import { expect } from 'chai';
import { copyStore } from './copy.ts';
import { saveProgress, loadProgress } from './progress-file.ts';
import { fillGap, ForeignEvents } from './target.ts';
import { verifyCopy } from './verify.ts';

type Node = Awaited<ReturnType<typeof startNode>>;

describe('copying a store', function () {
  this.timeout(60_000);
  let nodes: Node[];
  let from: EventStoreDBClient;
  let to: EventStoreDBClient;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'copy-'));
    nodes = await Promise.all([startNode({ mem: true, port: 0 }), startNode({ mem: true, port: 0 })]);
    [from, to] = nodes.map(({ connectionString }) => EventStoreDBClient.connectionString(connectionString)) as [
      EventStoreDBClient,
      EventStoreDBClient,
    ];
  });

  afterEach(async () => {
    await Promise.all([from.dispose(), to.dispose()]);
    await Promise.all(nodes.map((node) => node.stop()));
    await rm(folder, { recursive: true, force: true });
  });

  const copy = () => copyStore({ from, to, progressPath: join(folder, 'progress.json') });
  const brick = (number: number): JSONEventData =>
    jsonEvent({ id: randomUUID(), type: 'toys.BrickAdded', data: { number }, metadata: { actor: 'ada' } });
  const append = (stream: string, count: number, client = from) =>
    client.appendToStream(
      stream,
      Array.from({ length: count }, (_, number) => brick(number)),
    );
  const read = async (client: EventStoreDBClient, stream: string) => {
    const events = [];
    for await (const { event } of client.readStream(stream)) if (event !== undefined) events.push(event);
    return events;
  };
  const typeOf = (error: unknown): string => (error as { readonly type: string }).type;
  const expectSame = async () => expect((await verifyCopy(from, to)).differences).to.deep.equal([]);

  it('keeps ids, data, revisions and the order of the log, and adds the original time', async () => {
    for (let turn = 0; turn < 30; turn += 1) await append(`toy-${turn % 4}`, 1 + (turn % 3));
    await from.appendToStream('toy-bytes', binaryEvent({ type: 'toys.Photo', data: Buffer.from([0, 255, 7]) }));

    const { copied, withoutTime } = await copy();

    expect({ copied, withoutTime }).to.deep.equal({ copied: 61, withoutTime: 0 });
    await expectSame();
    const [[source], [target]] = await Promise.all([read(from, 'toy-1'), read(to, 'toy-1')]);
    expect(target?.metadata).to.deep.equal({ actor: 'ada', recordedAt: source?.created.toISOString() });
  });

  it('changes nothing the second time, and continues with new events', async () => {
    await append('toy-1', 5);
    await copy();
    await append('toy-1', 2);
    await append('toy-2', 1);
    expect((await copy()).copied).to.equal(8);
    expect(await read(to, 'toy-1')).to.have.length(7);
    await expectSame();
  });

  it('continues from the progress of a killed run', async () => {
    for (let turn = 0; turn < 10; turn += 1) await append(`toy-${turn}`, 3);
    await copy();
    const path = join(folder, 'progress.json');
    expect(existsSync(path)).to.equal(false);
    const [, second] = await read(from, 'toy-4');
    const progress = await loadProgress(path);
    progress.position = second?.position?.commit;
    await saveProgress(path, progress);

    await copy();
    await expectSame();
    expect(await read(to, 'toy-4')).to.have.length(3);
  });

  it('copies metadata, access lists, soft deletion and tombstones as they are at the end', async () => {
    for (const stream of ['toy-kept', 'toy-deleted', 'toy-gone']) await append(stream, 3);
    await from.setStreamMetadata('toy-kept', { maxCount: 2, acl: { readRoles: ['ada'] }, colour: 'red' });
    await from.deleteStream('toy-deleted');
    await from.tombstoneStream('toy-gone');

    const { deleted } = await copy();

    expect(deleted).to.deep.equal(['toy-gone']);
    const { metadata } = await to.getStreamMetadata('toy-kept');
    expect(metadata).to.deep.equal((await from.getStreamMetadata('toy-kept')).metadata);
    expect(metadata).to.include({ maxCount: 2, colour: 'red' });
    expect(await read(to, 'toy-kept')).to.have.length(2);
    for (const stream of ['toy-deleted', 'toy-gone'])
      expect(await read(to, stream).catch(typeOf)).to.be.oneOf(['stream-not-found', 'stream-deleted']);
    await append('toy-deleted', 1, to);
    expect((await read(to, 'toy-deleted')).map(({ revision }) => revision)).to.deep.equal([3n]);
  });

  it('keeps the numbers of a stream whose beginning is gone, and reports it', async () => {
    await append('toy-1', 3);
    const gap = { stream: 'toy-1', has: 0, needs: 1_205 };
    await fillGap(from, { ...gap, stream: 'toy-old' });
    await from.appendToStream('toy-old', [brick(1), brick(2)]);
    // Scavenged events are not in the log; here the placeholders are left out by their type instead.
    const { truncated } = await copy();
    expect(truncated).to.deep.equal([{ stream: 'toy-old', missingEvents: 1_205 }]);
    expect((await read(to, 'toy-old')).map(({ revision }) => revision)).to.deep.equal([1_205n, 1_206n]);
    await expectSame();
  });

  it('refuses a target that holds other events in a stream of the source, before it writes anything', async () => {
    await append('toy-1', 2);
    await append('toy-2', 2);
    await to.appendToStream('toy-2', brick(9), { expectedRevision: ANY });
    const error: unknown = await copy().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(ForeignEvents).with.property('message').that.contains('toy-2');
    expect(await read(to, 'toy-1').catch(typeOf)).to.equal('stream-not-found');
  });

  it('leaves streams alone that only the target has', async () => {
    await append('toy-1', 2);
    await append('house-1', 2, to);
    await copy();
    await expectSame();
    expect(await read(to, 'house-1')).to.have.length(2);
  });

  it('names each event that differs', async () => {
    await append('toy-1', 2);
    await copy();
    await append('toy-1', 1);
    expect((await verifyCopy(from, to)).differences).to.deep.equal([
      { stream: 'toy-1', revision: '2', aspect: 'only in the source' },
    ]);
  });
});
