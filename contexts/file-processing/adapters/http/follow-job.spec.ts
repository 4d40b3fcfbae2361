import { expect } from 'chai';
import { watcherLimit } from '@lego-moc/http/watcher-limit';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { followJob } from './follow-job.ts';

type View = { status: 'queued' | 'parsing' | 'completed' | 'needs-decision'; lots?: number };

/** Answers with one view after the other, and with the last one for ever. */
const answering = (...views: (View | undefined)[]) => {
  let calls = 0;
  return { look: () => Promise.resolve(views[Math.min(calls++, views.length - 1)]), timesAsked: () => calls };
};

const namesIn = (stream: string): readonly string[] => [...stream.matchAll(/^event: (.*)$/gm)].map(([, name]) => name!);

describe('following a job', () => {
  it('sends each change once, and ends with the end of the job', async () => {
    const { look } = answering(
      ...([{ status: 'queued' }, { status: 'queued' }, { status: 'parsing', lots: 1 }] as const),
      ...([
        { status: 'parsing', lots: 1 },
        { status: 'parsing', lots: 9 },
        { status: 'completed', lots: 9 },
      ] as const),
    );
    const stream = await text(followJob(look, { intervalMs: 1 }));
    expect(namesIn(stream)).to.eql(['queued', 'parsing', 'parsing', 'completed']);
    expect(stream.match(/^data: .*$/gm)?.at(-1)).to.equal('data: {"status":"completed","lots":9}');
  });

  it('ends where a person has to decide, and where the job is withdrawn', async () => {
    const open = answering({ status: 'parsing' }, { status: 'needs-decision' });
    expect(namesIn(await text(followJob(open.look, { intervalMs: 1 })))).to.eql(['parsing', 'needs-decision']);
    const deletedJob = answering({ status: 'parsing' }, undefined);
    expect(namesIn(await text(followJob(deletedJob.look, { intervalMs: 1 })))).to.eql(['parsing', 'withdrawn']);
  });

  it('ends after its time, with the job still under way', async () => {
    const { look, timesAsked } = answering({ status: 'parsing' });
    expect(namesIn(await text(followJob(look, { intervalMs: 1, msMax: 5 })))).to.eql(['parsing']);
    expect(timesAsked()).to.equal(5);
  });

  it('asks at most once more when the client is gone', async () => {
    const { look, timesAsked } = answering({ status: 'parsing' });
    const stream = followJob(look, { intervalMs: 50 });
    for await (const chunk of stream) if (String(chunk).includes('event: parsing')) break;
    expect(stream.destroyed).to.equal(true);
    const callsBefore = timesAsked();
    await sleep(200);
    expect(timesAsked()).to.be.at.most(callsBefore + 1);
  });
});

describe('limiting event streams', () => {
  it('admits six of one caller, and others beside them, until one is closed', () => {
    const { admit } = watcherLimit();
    const releases = Array.from({ length: 6 }, () => admit('ada'));
    expect(releases.every((release) => release !== undefined)).to.equal(true);
    expect(admit('ada')).to.equal(undefined);
    expect(admit('bob')).to.be.a('function');
    releases[0]?.();
    expect(admit('ada')).to.be.a('function');
    expect(admit('ada')).to.equal(undefined);
  });

  it('admits a hundred of all callers', () => {
    const { admit } = watcherLimit();
    const admissions = Array.from({ length: 120 }, (_, n) => admit(`user-${n}`)).filter((release) => release);
    expect(admissions).to.have.length(100);
  });
});
