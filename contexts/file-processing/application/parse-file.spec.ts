import { expect } from 'chai';
import { newId } from '@lego-moc/kernel/ids';
import type { Instant } from '@lego-moc/kernel/message';
import type { AttemptId, JobId } from '../domain/file-job-events.ts';
import { inMemoryParsing, type InMemoryParsing } from '../testing/in-memory-ports.ts';
import { parseFile, type Parsing } from './parse-file.ts';

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

/** A worker that falls silent at its `step`th call of a port, before or after the call took effect. */
const dyingAt = (
  world: InMemoryParsing,
  step: number,
  when: 'before' | 'after',
): { parsing: Parsing; died: Promise<void> } => {
  const death = Promise.withResolvers<undefined>();
  const silence = new Promise<never>(() => undefined);
  let calls = 0;
  const mortal =
    <Args extends readonly unknown[], Answer>(port: (...args: Args) => Promise<Answer>) =>
    async (...args: Args): Promise<Answer> => {
      calls += 1;
      const dies = calls >= step;
      if (dies && when === 'after' && calls === step) await port(...args);
      if (dies) {
        death.resolve(undefined);
        return silence;
      }
      return port(...args);
    };
  const { files, catalogue, lots, attempts } = world;
  return {
    died: death.promise,
    parsing: {
      ...world,
      load: mortal(world.load),
      handle: mortal(world.handle),
      files: { open: mortal((id: string) => files.open(id)), ownerOf: mortal((id: string) => files.ownerOf(id)) },
      catalogue: {
        newestRelease: mortal(() => catalogue.newestRelease()),
        knowledge: mortal((...args: Parameters<typeof catalogue.knowledge>) => catalogue.knowledge(...args)),
      },
      lots: {
        add: mortal((...args: Parameters<typeof lots.add>) => lots.add(...args)),
        clear: mortal((jobId: JobId) => lots.clear(jobId)),
      },
      attempts: {
        take: mortal((...args: Parameters<typeof attempts.take>) => attempts.take(...args)),
        beat: mortal((...args: Parameters<typeof attempts.beat>) => attempts.beat(...args)),
        release: mortal((...args: Parameters<typeof attempts.release>) => attempts.release(...args)),
      },
    },
  };
};

describe('reading a submitted file', () => {
  it('keeps its lots and records what was found', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    expect(await parseFile(world)(jobId, attempt(), cause)).to.equal('over');
    const { status, findings, lots } = await outcomeOf(world, jobId);
    expect([status, findings?.lots, findings?.pieces, findings?.unknownParts.count]).to.eql(['completed', 60, 180, 7]);
    expect(findings?.catalogueRelease).to.equal('test-1');
    expect(lots).to.have.length(60);
  });

  it('records why a file cannot be read', async () => {
    const world = inMemoryParsing();
    for (const [content, code] of [
      ['', 'empty-file'],
      ['Part,Color,Quantity\n', 'no-lots'],
      ['elementId,quantity\n1,2\n', 'columns-unknown'],
      ['<INVENTORY><ITEM>', 'xml-malformed'],
    ] as const) {
      const jobId = await world.submit(content);
      await parseFile(world)(jobId, attempt(), cause);
      const job = await world.load(jobId);
      expect(job.status === 'failed' && job.failure.code).to.equal(code);
    }
  });

  it('records that the file is gone', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    world.contents.clear();
    await parseFile(world)(jobId, attempt(), cause);
    const job = await world.load(jobId);
    expect(job.status === 'failed' && job.failure.code).to.equal('file-not-found');
  });

  it('gives up on a file that takes too long', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    let minutes = 0;
    const now = () => new Date(Date.UTC(2026, 0, 1, 12, (minutes += 6))).toISOString() as Instant;
    await parseFile({ ...world, now })(jobId, attempt(), cause);
    const job = await world.load(jobId);
    expect(job.status === 'failed' && job.failure.code).to.equal('parsing-overdue');
  });

  it('does nothing for a job that is over', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    await parseFile(world)(jobId, attempt(), cause);
    const before = await eventsOf(world, jobId);
    expect(await parseFile(world)(jobId, attempt(), cause)).to.equal('over');
    expect(await eventsOf(world, jobId)).to.eql(before);
  });

  it('leaves a job to the worker who has it', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    await world.attempts.take(jobId, attempt());
    expect(await parseFile(world)(jobId, attempt(), cause)).to.equal('busy');
    expect(await eventsOf(world, jobId)).to.eql(['FileSubmitted']);
  });
});

describe('reading after an outage', () => {
  const failingOnce = (world: InMemoryParsing): Parsing => {
    let failed = false;
    return {
      ...world,
      lots: {
        ...world.lots,
        add: async (...args) => {
          await world.lots.add(...args);
          if (failed) return;
          failed = true;
          throw new Error('connection lost');
        },
      },
    };
  };

  it('goes on as the same attempt, and keeps no lot twice', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    const parse = parseFile(failingOnce(world));
    const same = attempt();
    const broken = await parse(jobId, same, cause).then(
      () => 'done',
      (error: unknown) => (error as Error).message,
    );
    expect(broken).to.equal('connection lost');
    expect(await parse(jobId, same, cause)).to.equal('over');
    expect(await eventsOf(world, jobId)).to.eql(['FileSubmitted', 'ParsingStarted', 'ParsingCompleted']);
    expect(await world.lotsOf(jobId)).to.have.length(60);
  });
});

describe('killing the reader at any step', () => {
  it('leads to the same end as without the kill', async () => {
    const undisturbed = inMemoryParsing();
    const undisturbedId = await undisturbed.submit(LIST);
    await parseFile(undisturbed)(undisturbedId, attempt(), cause);
    const expected = await outcomeOf(undisturbed, undisturbedId);

    let kills = 0;
    for (const when of ['before', 'after'] as const)
      for (let step = 1; ; step += 1) {
        const world = inMemoryParsing();
        const jobId = await world.submit(LIST);
        const { parsing, died } = dyingAt(world, step, when);
        const ending = await Promise.race([parseFile(parsing)(jobId, attempt(), cause), died.then(() => 'killed')]);
        if (ending !== 'killed') break;
        kills += 1;
        world.forgetWorkers();
        await parseFile(world)(jobId, attempt(), cause);
        expect(await outcomeOf(world, jobId), `killed ${when} step ${step}`).to.deep.equal(expected);
      }
    expect(kills).to.be.greaterThan(20);
  });

  it('lets a worker that was thought dead change nothing', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(LIST);
    const late = Promise.withResolvers<undefined>();
    const slow: Parsing = {
      ...world,
      lots: {
        ...world.lots,
        add: async (...args) => {
          await late.promise;
          await world.lots.add(...args);
        },
      },
    };
    const slowly = parseFile(slow)(jobId, attempt(), cause);
    await new Promise((resolve) => setImmediate(resolve));
    world.forgetWorkers();
    await parseFile(world)(jobId, attempt(), cause);
    const before = await outcomeOf(world, jobId);
    late.resolve(undefined);
    await slowly;
    expect(await outcomeOf(world, jobId)).to.deep.equal(before);
    expect((await eventsOf(world, jobId)).filter((type) => type === 'ParsingCompleted')).to.have.length(1);
  });
});
