import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AttemptId, JobId } from '../domain/file-job-events.ts';
import { decisionsOf } from '../domain/file-job-state.ts';
import { inMemoryParsing, type InMemoryParsing } from '../testing/in-memory-ports.ts';
import { parseFile } from './parse-file.ts';

const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
const at = '2026-01-01T12:00:00.000Z' as Instant;

const parse = (world: InMemoryParsing, jobId: JobId) => parseFile(world)(jobId, newId() as AttemptId, cause);

/** A header that any program may have written. */
const OPEN = 'Part Number,Colour Number,Qty\n';

describe('reading a list whose colour scheme is not certain', () => {
  it('reads a CSV with ids of BrickLink as such when its colour names say so', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit('Part,Color,Color Name,Quantity\n3001,5,Red,2\n3001,11,Black,1\n');
    await parse(world, jobId);
    const job = await world.load(jobId);
    expect(job.status === 'completed' && job.findings.colourScheme).to.eql({ scheme: 'bricklink', reason: 'names' });
    expect((await world.lotsOf(jobId)).map(({ colour, colourId }) => [colour, colourId])).to.eql([
      ['5', 4],
      ['11', 0],
    ]);
  });

  it('asks for the colour scheme when both fit, with the counts of both readings and no lots', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(`${OPEN}x1,5,2\nx2,11,1\n`);
    await parse(world, jobId);
    const job = await world.load(jobId);
    expect(job.status === 'needs-decision' && job.question.readings).to.eql([
      { colourScheme: 'rebrickable', lots: 2, pieces: 3, unknownColours: 0, supportingLots: 0 },
      { colourScheme: 'bricklink', lots: 2, pieces: 3, unknownColours: 0, supportingLots: 0 },
    ]);
    expect(world.storedLotCount()).to.equal(0);
  });

  it('reads the file by the decided scheme', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(`${OPEN}x1,5,2\nx2,11,1\n`);
    await parse(world, jobId);
    const data = { colourScheme: 'bricklink', by: 'ada', at } as const;
    await world.handle(jobId, { type: 'DecideColourScheme', data }, cause);
    await parse(world, jobId);
    const job = await world.load(jobId);
    expect(job.status === 'completed' && job.findings.colourScheme).to.eql({ scheme: 'bricklink', reason: 'user' });
    expect((await world.lotsOf(jobId)).map(({ colourId }) => colourId)).to.eql([4, 0]);
  });

  it('reads a copy by the scheme that was decided for the original', async () => {
    const world = inMemoryParsing();
    const original = await world.submit(`${OPEN}x1,5,2\nx2,11,1\n`);
    await parse(world, original);
    const data = { colourScheme: 'bricklink', by: 'ada', at } as const;
    await world.handle(original, { type: 'DecideColourScheme', data }, cause);
    await parse(world, original);

    const decisions = decisionsOf(await world.load(original));
    const bob = 'bob' as UserId;
    const jobId = newId() as JobId;
    world.contents.set('copy', `${OPEN}x1,5,2\nx2,11,1\n`);
    const submission = {
      jobId,
      fileId: 'copy',
      fileName: 'copy.csv',
      mocId: newId(),
      partsListId: newId(),
      owner: bob,
    };
    await world.handle(jobId, { type: 'SubmitFile', data: { ...submission, ...decisions, at } }, cause);
    await parse(world, jobId);
    const copy = await world.load(jobId);
    expect(copy.status === 'completed' && copy.findings.colourScheme).to.eql({ scheme: 'bricklink', reason: 'user' });
    expect((await world.lotsOf(jobId)).map(({ colourId }) => colourId)).to.eql([4, 0]);
  });

  it('reads the next list of the kind by the same scheme without asking, and another kind not', async () => {
    const world = inMemoryParsing();
    const jobId = await world.submit(`${OPEN}x1,5,2\nx2,11,1\n`);
    await parse(world, jobId);
    await world.handle(
      jobId,
      { type: 'DecideColourScheme', data: { colourScheme: 'bricklink', by: 'ada', at } },
      cause,
    );
    await parse(world, jobId);
    const outcomeOf = async (content: string) => {
      const next = await world.submit(content);
      await parse(world, next);
      const job = await world.load(next);
      return job.status === 'completed' ? job.findings.colourScheme : job.status;
    };
    expect(await outcomeOf(`${OPEN}x3,5,2\n`)).to.eql({ scheme: 'bricklink', reason: 'remembered' });
    expect(await outcomeOf('Colour Number,Part Number,Qty\n5,x3,2\n')).to.equal('needs-decision');
  });

  it('gives equal files the same content hash, and different files different ones', async () => {
    const world = inMemoryParsing();
    const hashes = [];
    for (const content of [
      'Part,Color,Quantity\n3001,4,2\n',
      'Part,Color,Quantity\n3001,4,2\n',
      'Part,Color,Quantity\n3001,4,3\n',
    ]) {
      const jobId = await world.submit(content);
      await parse(world, jobId);
      const job = await world.load(jobId);
      hashes.push(job.status === 'completed' ? job.findings.contentHash : undefined);
    }
    expect(hashes[0]).to.match(/^[0-9a-f]{64}$/);
    expect(hashes[1]).to.equal(hashes[0]);
    expect(hashes[2]).not.to.equal(hashes[0]);
  });
});
