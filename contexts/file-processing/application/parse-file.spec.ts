import { expect } from 'chai';
import { commandHandler } from '@lego-moc/application/command-handler';
import { StreamMoved } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { fileJobDecider } from '../domain/file-job.ts';
import type { AttemptId, JobId } from '../domain/file-job-events.ts';
import { readPartsList } from '../adapters/parts-list-files/read-parts-list.ts';
import { inMemoryParsing, type InMemoryParsing } from '../testing/in-memory-ports.ts';
import { parseFile, type Parsing } from './parse-file.ts';
import { ReaderLost } from './ports/parts-list-reader.ts';

const LIST = `Part,Color,Quantity\n${Array.from({ length: 60 }, (_, n) => `${n % 9 === 0 ? 'x1' : '3001'},4,3\n`).join('')}`;

const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
const attempt = () => newId() as AttemptId;

const eventsOf = async ({ streams }: InMemoryParsing, jobId: JobId): Promise<readonly string[]> =>
  (await streams.read(jobId)).events.map(({ type }) => type);

const outcomeOf = async (world: InMemoryParsing, jobId: JobId) => {
  const job = await world.load(jobId);
  return {
    status: job.status,
    findings: job.status === 'completed' ? job.findings : undefined,
    lots: (await world.lotsOf(jobId)).map(({ lot, partNumber, part }) => [lot, partNumber, part]),
  };
};

/** The same ports, with each call wrapped by `around`. */
const through = (world: InMemoryParsing, around: <Answer>(call: () => Promise<Answer>) => Promise<Answer>): Parsing => {
  const wrap =
    <Args extends readonly unknown[], Answer>(port: (...args: Args) => Promise<Answer>) =>
    (...args: Args): Promise<Answer> =>
      around(() => port(...args));
  const { files, catalogue, lots, leases } = world;
  return {
    ...world,
    load: wrap(world.load),
    handle: wrap(world.handle),
    files: { open: wrap((id: string) => files.open(id)), describe: wrap((id: string) => files.describe(id)) },
    catalogue: {
      newestRelease: wrap(() => catalogue.newestRelease()),
      lookUp: wrap((...args: Parameters<typeof catalogue.lookUp>) => catalogue.lookUp(...args)),
    },
    lots: {
      add: wrap((...args: Parameters<typeof lots.add>) => lots.add(...args)),
      clear: wrap((...args: Parameters<typeof lots.clear>) => lots.clear(...args)),
      removeAbandoned: wrap((...args: Parameters<typeof lots.removeAbandoned>) => lots.removeAbandoned(...args)),
      removeAllBut: wrap((...args: Parameters<typeof lots.removeAllBut>) => lots.removeAllBut(...args)),
    },
    leases: {
      acquire: wrap((...args: Parameters<typeof leases.acquire>) => leases.acquire(...args)),
      renew: wrap((...args: Parameters<typeof leases.renew>) => leases.renew(...args)),
      release: wrap((...args: Parameters<typeof leases.release>) => leases.release(...args)),
    },
  };
};

type PausedParsing = {
  readonly parsing: Parsing;
  readonly interruption: Promise<'interrupted'>;
  readonly resume: () => void;
};

/** A worker that pauses at its `step`th call of a port, before or after the call took effect, until `resume`. */
const pauseAt = (world: InMemoryParsing, step: number, when: 'before' | 'after'): PausedParsing => {
  const pause = Promise.withResolvers<'interrupted'>();
  const resumption = Promise.withResolvers<undefined>();
  let calls = 0;
  const parsing = through(world, async (call) => {
    calls += 1;
    if (calls < step) return call();
    const early = calls === step && when === 'after' ? call() : undefined;
    await early;
    pause.resolve('interrupted');
    await resumption.promise;
    return early ?? call();
  });
  return { parsing, interruption: pause.promise, resume: () => resumption.resolve(undefined) };
};

describe('reading a submitted file', () => {
  it('stores 60 lots and completes the job with their findings', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    expect(await parseFile(world)(jobId, attempt(), cause)).to.equal('finished');
    const { status, findings, lots } = await outcomeOf(world, jobId);
    expect([status, findings?.lots, findings?.pieces, findings?.unknownParts.count]).to.eql(['completed', 60, 180, 7]);
    expect(findings?.catalogueRelease).to.equal('test-1');
    expect(lots).to.have.length(60);
  });

  it('fails the job with the code of the error for an unreadable file', async () => {
    const world = inMemoryParsing();
    for (const [content, code] of [
      ['', 'empty-file'],
      ['Part,Color,Quantity\n', 'no-lots'],
      ['SetNumber,quantity\n1,2\n', 'columns-unknown'],
      ['<INVENTORY><ITEM>', 'file-cut-off'],
      ['<INVENTORY></ITEM></INVENTORY>', 'xml-malformed'],
    ] as const) {
      const jobId = await world.submit(content);
      await parseFile(world)(jobId, attempt(), cause);
      const job = await world.load(jobId);
      expect(job.status === 'failed' && job.failure.code).to.equal(code);
    }
  });

  it('fails the job with file-not-found when the stored file is gone', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    world.contents.clear();
    await parseFile(world)(jobId, attempt(), cause);
    const job = await world.load(jobId);
    expect(job.status === 'failed' && job.failure.code).to.equal('file-not-found');
  });

  it('fails the job with parsing-overdue after more than five minutes', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    let minutes = 0;
    const now = () => new Date(Date.UTC(2026, 0, 1, 12, (minutes += 6))).toISOString() as Instant;
    await parseFile({ ...world, now })(jobId, attempt(), cause);
    const job = await world.load(jobId);
    expect(job.status === 'failed' && job.failure.code).to.equal('parsing-overdue');
  });

  it('appends nothing to a completed job', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    await parseFile(world)(jobId, attempt(), cause);
    const before = await eventsOf(world, jobId);
    expect(await parseFile(world)(jobId, attempt(), cause)).to.equal('finished');
    expect(await eventsOf(world, jobId)).to.eql(before);
  });

  it('answers busy while another attempt holds the lease', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    await world.leases.acquire({ jobId, mocId: newId(), owner: 'ada' as UserId }, attempt());
    expect(await parseFile(world)(jobId, attempt(), cause)).to.equal('busy');
    expect(await eventsOf(world, jobId)).to.eql(['FileSubmitted']);
  });
});

describe('reading after an outage', () => {
  const failingOnce = (world: InMemoryParsing): Parsing => {
    let hasFailed = false;
    return {
      ...world,
      lots: {
        ...world.lots,
        add: async (...args) => {
          await world.lots.add(...args);
          if (hasFailed) return;
          hasFailed = true;
          throw new Error('connection lost');
        },
      },
    };
  };

  it('repeats the same attempt and stores no lot twice', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    const parse = parseFile(failingOnce(world));
    const attemptId = attempt();
    const message = await parse(jobId, attemptId, cause).then(
      () => 'done',
      (error: unknown) => (error as Error).message,
    );
    expect(message).to.equal('connection lost');
    expect(await parse(jobId, attemptId, cause)).to.equal('finished');
    expect(await eventsOf(world, jobId)).to.eql(['FileSubmitted', 'ParsingStarted', 'ParsingCompleted']);
    expect(await world.lotsOf(jobId)).to.have.length(60);
  });
});

describe('reading a file that breaks its reader', () => {
  const brokenReader: Parsing['read'] = async function* (bytes) {
    yield* readPartsList(bytes);
    throw new ReaderLost('killed');
  };

  it('throws for another attempt, stores no lots, and fails the job at the third', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    const parse = parseFile({ ...world, read: brokenReader });
    for (const status of ['parsing', 'parsing', 'failed']) {
      const failure = await parse(jobId, attempt(), cause).catch((error: unknown) => error);
      expect(failure).to.have.property('name', 'ReaderLost');
      expect((await world.load(jobId)).status).to.equal(status);
    }
    expect(await parse(jobId, attempt(), cause)).to.equal('finished');
    const job = await world.load(jobId);
    expect(job.status === 'failed' && job.failure.code).to.equal('parsing-keeps-failing');
    expect(world.storedLotCount()).to.equal(0);
  });

  it('completes the job when the second attempt keeps its reader', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    await parseFile({ ...world, read: brokenReader })(jobId, attempt(), cause).catch(() => undefined);
    expect(await parseFile(world)(jobId, attempt(), cause)).to.equal('finished');
    expect(await eventsOf(world, jobId)).to.deep.equal([
      ...['FileSubmitted', 'ParsingStarted', 'AttemptFailed', 'ParsingStarted', 'ParsingCompleted'],
    ]);
  });
});

describe('reading while others write to the stream of the job', () => {
  it('decides again after each of ten conflicts, and completes the job', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    let conflicts = 0;
    const append: typeof world.streams.append = (id, ...args) => {
      if (conflicts >= 10) return world.streams.append(id, ...args);
      conflicts += 1;
      return Promise.reject(new StreamMoved(id, 'any'));
    };
    const handle = commandHandler(fileJobDecider, { ...world.streams, append });
    expect(await parseFile({ ...world, handle })(jobId, attempt(), cause)).to.equal('finished');
    expect([(await world.load(jobId)).status, conflicts]).to.eql(['completed', 10]);
  }).timeout(15_000);
});

describe('losing the worker at any step', () => {
  const resultWithoutFaults = async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    await parseFile(world)(jobId, attempt(), cause);
    return outcomeOf(world, jobId);
  };

  /** Interrupts a first worker at every step, and lets a second one complete the job. Returns the number of steps. */
  const atEveryStep = async (
    check: (world: InMemoryParsing, jobId: JobId, resumeFirst: () => Promise<unknown>, step: string) => Promise<void>,
  ): Promise<number> => {
    let steps = 0;
    for (const when of ['before', 'after'] as const)
      for (let step = 1; ; step += 1) {
        const world = inMemoryParsing();
        const jobId = await world.submit(LIST);
        const { parsing, interruption, resume } = pauseAt(world, step, when);
        const first = parseFile(parsing)(jobId, attempt(), cause);
        if ((await Promise.race([first, interruption])) !== 'interrupted') break;
        steps += 1;
        world.expireLeases();
        await parseFile(world)(jobId, attempt(), cause);
        const resumeFirst = (): Promise<unknown> => {
          resume();
          return first;
        };
        await check(world, jobId, resumeFirst, `${when} step ${step}`);
      }
    return steps;
  };

  it('ends with the same outcome and lots as an undisturbed run', async () => {
    const expected = await resultWithoutFaults();
    const steps = await atEveryStep(async (world, jobId, _resumeFirst, step) => {
      expect(await outcomeOf(world, jobId), step).to.deep.equal(expected);
    });
    expect(steps).to.be.greaterThan(20);
  });

  it('changes nothing when the first worker resumes after its lease expired', async () => {
    const expected = await resultWithoutFaults();
    await atEveryStep(async (world, jobId, resumeFirst, step) => {
      await resumeFirst();
      expect(await outcomeOf(world, jobId), step).to.deep.equal(expected);
      const ends = (await eventsOf(world, jobId)).filter((type) => type === 'ParsingCompleted');
      expect(ends, step).to.have.length(1);
    });
  });
});
