import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AttemptId, JobId } from '../domain/file-job-events.ts';
import { inMemoryParsing, type InMemoryParsing } from '../testing/in-memory-ports.ts';
import { parseFile } from './parse-file.ts';

const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
const at = '2026-01-01T12:00:00.000Z' as Instant;
const CUSTOM = 'Teil;Anzahl;Farbe\n3001;2;Red\n3001;3;Black\n';
const columns = { hasHeader: true, part: 0, quantity: 1, colour: 2 };

const read = async (world: InMemoryParsing, content: string, jobId?: JobId) => {
  const id = jobId ?? (await world.submit(content));
  await parseFile(world)(id, newId() as AttemptId, cause);
  return { id, job: await world.load(id) };
};

const decide = (world: InMemoryParsing, id: JobId, change: object = {}) =>
  world.handle(id, { type: 'DecideColumns', data: { columns, by: 'ada', at, ...change } }, cause);

describe('reading a table whose columns are not known', () => {
  it('asks what they mean, with a guess and its reasons', async () => {
    const { job } = await read(inMemoryParsing(), CUSTOM);
    const question = job.status === 'needs-decision' ? job.question : undefined;
    expect(question?.columns).to.deep.include({ columns: 3, header: ['Teil', 'Anzahl', 'Farbe'], guess: columns });
    expect(question?.columns?.reasons.map(({ field, evidence }) => `${field} by ${evidence}`)).to.eql([
      ...['part by part-numbers', 'colour by colours', 'quantity by whole-numbers'],
    ]);
  });

  it('reads it by the decision, and the next table of the kind without asking', async () => {
    const world = inMemoryParsing();
    const { id } = await read(world, CUSTOM);
    await decide(world, id);
    const { job } = await read(world, CUSTOM, id);
    expect(job.status === 'completed' && job.findings).to.include({ format: 'custom-csv', lots: 2, pieces: 5 });
    expect(job.status === 'completed' && job.findings.columns).to.eql({ mapping: columns, reason: 'user' });
    expect((await world.lotsOf(id)).map(({ colourId }) => colourId)).to.eql([4, 0]);

    const next = await read(world, 'Teil;Anzahl;Farbe\n3001;7;Red\n');
    expect(next.job.status === 'completed' && next.job.findings).to.include({ lots: 1, pieces: 7 });
    expect(next.job.status === 'completed' && next.job.findings.columns?.reason).to.equal('remembered');
  });

  it('asks again for another header, for a list without names in another order, and after an erasure', async () => {
    const world = inMemoryParsing();
    const { id } = await read(world, '3001,4,2\n3001,0,3\n');
    await decide(world, id, { columns: { hasHeader: false, part: 0, colour: 1, quantity: 2 } });
    await read(world, '', id);
    expect((await read(world, '3001,4,9\n')).job.status).to.equal('completed');
    for (const other of [CUSTOM, '2,3001,4\n', '3001,4\n'])
      expect((await read(world, other)).job.status).to.equal('needs-decision');
    await world.kinds.forget('ada' as UserId, cause);
    expect((await read(world, '3001,4,9\n')).job.status).to.equal('needs-decision');
  });

  it('reads elements by a decision, and takes columns and colours in one', async () => {
    const world = inMemoryParsing();
    const { id } = await read(world, 'Nr;Stueck\n4211385;2\n');
    await decide(world, id, { columns: { hasHeader: true, element: 0, quantity: 1 } });
    const { job } = await read(world, '', id);
    expect(job.status === 'completed' && job.findings.colourScheme?.scheme).to.equal('lego');
    const open = await read(world, 'Teil;Farbe;Anzahl\n3001;5;2\n3001;11;1\n');
    await decide(world, open.id, {
      ...{ columns: { hasHeader: true, part: 0, colour: 1, quantity: 2 }, colourScheme: 'bricklink' },
    });
    await read(world, '', open.id);
    expect((await world.lotsOf(open.id)).map(({ colourId }) => colourId)).to.eql([4, 0]);
  });

  it('fails a text without a column of part numbers as before', async () => {
    const { job } = await read(inMemoryParsing(), 'Dear all,\nthis is no list,at all\n');
    expect(job.status === 'failed' && job.failure.code).to.equal('columns-unknown');
  });
});
