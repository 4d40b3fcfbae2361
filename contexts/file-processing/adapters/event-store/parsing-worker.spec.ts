import { expect } from 'chai';
import { StreamMoved } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import type { Instant } from '@lego-moc/kernel/message';
import type { AttemptId } from '../../domain/file-job-events.ts';
import { onSubmission } from './parsing-worker.ts';

const deliveryOf = (type: string) => ({
  ...{ stream: 'fileJob-0195a000-0000-7000-8000-000000000001', type, data: {}, eventId: newId() },
  ...{ revision: 0n, position: 0n, retryCount: 0, recordedAt: '2026-01-01T12:00:00Z' as Instant },
  cause: { commandId: newId(), correlationId: newId(), actor: 'ada' },
});
const submission = deliveryOf('file-processing.FileSubmitted');

const outcomeOf = (connecting: Promise<void>): Promise<string> =>
  connecting.then(
    () => 'done',
    (error: unknown) => (error as Error).message,
  );

describe('handling a submitted file', () => {
  it('ignores every other event of a job', async () => {
    let calls = 0;
    const handle = onSubmission(() => Promise.resolve((calls += 1) > 0 ? 'finished' : 'busy'));
    await handle(deliveryOf('file-processing.ParsingStarted'));
    expect(calls).to.equal(0);
  });

  it('asks again while another worker is busy with it', async () => {
    const answers = ['busy', 'busy', 'finished'] as const;
    let calls = 0;
    await onSubmission(() => Promise.resolve(answers[calls++] ?? 'finished'), 1)(submission);
    expect(calls).to.equal(3);
  });

  it('reads a file once that is delivered twice at the same time', async () => {
    const reading = Promise.withResolvers<'finished'>();
    let calls = 0;
    const handle = onSubmission(() => {
      calls += 1;
      return reading.promise;
    });
    const completion = Promise.all([handle(submission), handle(submission)]);
    reading.resolve('finished');
    await completion;
    expect(calls).to.equal(1);
  });

  it('repeats the same attempt after a conflict on the stream of the job', async () => {
    const attempts: AttemptId[] = [];
    const handle = onSubmission((jobId, attemptId) => {
      attempts.push(attemptId);
      return attempts.length === 1
        ? Promise.reject(new StreamMoved(jobId, 'any'))
        : Promise.resolve('finished' as const);
    });
    await outcomeOf(handle(submission));
    await handle(submission);
    expect([attempts.length, attempts[1]]).to.eql([2, attempts[0]]);
  });

  it('reads a file again when its colour scheme was decided', async () => {
    let calls = 0;
    await onSubmission(() => Promise.resolve((calls += 1) > 0 ? 'finished' : 'busy'))(
      deliveryOf('file-processing.ColourSchemeDecided'),
    );
    expect(calls).to.equal(1);
  });

  it('repeats the same attempt after an outage and starts another one after a bug', async () => {
    const attempts: AttemptId[] = [];
    const errors = [Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }), new TypeError('a bug'), undefined];
    const handle = onSubmission((_jobId, attemptId) => {
      const error = errors[attempts.length];
      attempts.push(attemptId);
      return error === undefined ? Promise.resolve('finished' as const) : Promise.reject(error);
    });
    expect(await outcomeOf(handle(submission))).to.equal('refused');
    expect(await outcomeOf(handle(submission))).to.equal('a bug');
    expect(await outcomeOf(handle(submission))).to.equal('done');
    expect(attempts[1]).to.equal(attempts[0]);
    expect(attempts[2]).not.to.equal(attempts[1]);
  });
});
