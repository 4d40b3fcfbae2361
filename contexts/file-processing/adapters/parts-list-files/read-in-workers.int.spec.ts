import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { WorkerProcess } from '@lego-moc/workers/worker-process';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { parseFile } from '../../application/parse-file.ts';
import { ColumnsUnknown, UnreadableFile, type Portion } from '../../application/ports/parts-list-reader.ts';
import type { AttemptId } from '../../domain/file-job-events.ts';
import { inMemoryParsing } from '../../testing/in-memory-ports.ts';
import { inChunks, type Content } from '../../testing/read-all.ts';
import { workbookOf } from '../../testing/workbook.ts';
import { readingWorkers, readInWorkers, startReadingWorker } from './read-in-workers.ts';
import type { ReadingReply, ReadingRequest } from './reading-messages.ts';
import { readPartsList } from './read-parts-list.ts';

const csv = (lots: number): string => `Part,Color,Quantity\n${'3001,4,3\n'.repeat(lots)}`;

const portionsOf = async (portions: AsyncIterable<Portion>): Promise<readonly Portion[]> => {
  const all: Portion[] = [];
  for await (const portion of portions) all.push(portion);
  return all;
};

/** Fields without a value are absent behind a process. */
const withoutUndefined = (portions: readonly Portion[]): unknown => JSON.parse(JSON.stringify(portions));

const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => expect.fail('was expected to fail'),
    (error: unknown) => error,
  );

describe('reading lists in worker processes', function () {
  // A sheet is read twice, each time in a new thread that loads the reader of workbooks and has a minute.
  this.timeout(150_000);
  const workers: WorkerProcess<ReadingRequest, ReadingReply>[] = [];
  const pool = readingWorkers(1, async () => {
    const worker = await startReadingWorker();
    workers.push(worker);
    return worker;
  });
  const read = readInWorkers(pool, 60_000);
  closeAfterAllTests(async () => {
    for (const worker of workers) worker.stop();
    await Promise.resolve();
  });

  const LISTS: Record<string, Content> = {
    CSV: csv(2_500),
    'a broken quantity': 'Part,Color,Quantity\n3001,4,many\n',
    'BrickLink XML': `<INVENTORY>${'<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><MINQTY>2</MINQTY></ITEM>'.repeat(40)}</INVENTORY>`,
    LDraw: '0 Tower\n1 4 0 0 0 1 0 0 0 1 0 0 0 1 3001.dat\n',
    'an Excel sheet': workbookOf([
      ['Part', 'Color', 'Quantity'],
      ['3001', '4', '2'],
    ]),
  };

  for (const [name, content] of Object.entries(LISTS))
    it(`reads ${name} as it is read in one process`, async () => {
      const portions = await portionsOf(read(inChunks(content)));
      expect(portions).to.deep.equal(withoutUndefined(await portionsOf(readPartsList(inChunks(content)))));
      expect(portions.flatMap(({ lots }) => lots).length).to.be.greaterThan(0);
    });

  it('refuses a file with the code, the place and the sample of columns', async () => {
    const html = await errorOf(portionsOf(read(inChunks('\n<html>'))));
    expect(html).to.be.instanceOf(UnreadableFile).and.not.instanceOf(ColumnsUnknown);
    expect((html as UnreadableFile).failure).to.include({ code: 'html-instead-of-parts-list', line: 2, column: 1 });
    const table = await errorOf(portionsOf(read(inChunks('Teil,Anzahl\n3001,2\n'))));
    expect((table as ColumnsUnknown).sample).to.deep.equal([
      ['Teil', 'Anzahl'],
      ['3001', '2'],
    ]);
  });

  it('reads columns as they were decided', async () => {
    const mapping = { hasHeader: true, part: 0, quantity: 1 };
    const [portion] = await portionsOf(read(inChunks('Teil,Anzahl\n3001,2\n'), { mapping }));
    expect(portion?.lots[0]).to.include({ partNumber: '3001', quantityText: '2' });
  });

  it('passes an error of the source on, and reads the next file', async () => {
    const source = (async function* () {
      yield await Promise.resolve(Buffer.from('Part,Color,Quantity\n'));
      throw new Error('connection lost');
    })();
    expect(await errorOf(portionsOf(read(source)))).to.have.property('message', 'connection lost');
    expect(await portionsOf(read(inChunks(csv(1))))).to.have.length(1);
  });

  it('reads no more than a few portions ahead of a slow consumer', async () => {
    let chunks = 0;
    const source = (async function* () {
      yield Buffer.from('Part,Color,Quantity\n');
      for (; chunks < 100; chunks += 1) yield await Promise.resolve(Buffer.from('3001,4,3\n'.repeat(1_000)));
    })();
    let portions = 0;
    for await (const { lots } of read(source)) {
      portions += 1;
      await sleep(20);
      expect(chunks).to.be.at.most(portions + 5);
      if (lots.length === 0 || portions === 10) break;
    }
    expect(portions).to.equal(10);
  });

  it('ends with the reason of the signal, also while the worker waits for nothing', async () => {
    const controller = new AbortController();
    const never = (async function* () {
      yield Buffer.from('Part,Color,Quantity\n3001,4,3\n');
      controller.abort(new Error('superseded'));
      yield Buffer.from('3001,4,3\n');
    })();
    const failure = await errorOf(portionsOf(read(never, { signal: controller.signal })));
    expect(failure).to.have.property('message', 'superseded');
  });

  it('fails a file that takes longer than the deadline as overdue', async () => {
    const slow = (async function* () {
      yield Buffer.from('Part,Color,Quantity\n');
      await sleep(200);
      yield Buffer.from('3001,4,3\n');
    })();
    const failure = await errorOf(portionsOf(readInWorkers(pool, 50)(slow)));
    expect((failure as UnreadableFile).failure.code).to.equal('parsing-overdue');
  });

  it('completes a job in a second attempt when its worker is killed in the middle of the file', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(csv(5_000));
    let kills = 0;
    const lots: typeof world.lots = {
      ...world.lots,
      add: async (...args) => {
        await world.lots.add(...args);
        if (kills > 0) return;
        kills += 1;
        workers.at(-1)?.stop();
      },
    };
    const parse = parseFile({ ...world, lots, read });
    const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
    const failure = await errorOf(parse(jobId, newId() as AttemptId, cause));
    expect(failure).to.have.property('name', 'ReaderLost');
    expect(await parse(jobId, newId() as AttemptId, cause)).to.equal('finished');
    const job = await world.load(jobId);
    expect(job.status === 'completed' && job.findings).to.include({ lots: 5_000, pieces: 15_000 });
    expect((await world.lotsOf(jobId)).map(({ lot }) => lot)).to.deep.equal(
      Array.from({ length: 5_000 }, (_, index) => index + 1),
    );
    expect((await world.streams.read(jobId)).events.map(({ type }) => type)).to.deep.equal([
      ...['FileSubmitted', 'ParsingStarted', 'AttemptFailed', 'ParsingStarted', 'ParsingCompleted'],
    ]);
  });
});
