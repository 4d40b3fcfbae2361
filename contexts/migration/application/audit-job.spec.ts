import { expect } from 'chai';
import { after } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import { auditJudge, type AuditJob, type AuditStatus } from './audit-job.ts';

const FINISHED_AT = '2026-03-01T12:00:00.000Z' as Instant;

/** An audit that takes as many looks at its status as `looks`. */
const jobOf = (looks: number): { readonly job: AuditJob; readonly starts: () => number } => {
  let [starts, left] = [0, 0];
  const report = { owners: 3, rows: 9, differing: 0, differences: [], finishedAt: FINISHED_AT };
  const start = (): Promise<void> => {
    if (left === 0) [starts, left] = [starts + 1, looks];
    return Promise.resolve();
  };
  const status = (): AuditStatus => {
    const running = left > 0;
    left = Math.max(0, left - 1);
    return { ...report, running };
  };
  return { job: { start, status }, starts: () => starts };
};

describe('the audit that a transition is judged by', () => {
  const startsFor = async (looks: number, laterMs: number, secondEpoch: number): Promise<number> => {
    const { job, starts } = jobOf(looks);
    const judge = auditJudge(job, () => after(FINISHED_AT, laterMs));
    expect((await judge(1)).running).to.equal(looks > 0);
    await judge(secondEpoch);
    return starts();
  };

  it('is the one that had not finished before, so that trying again ends', async () => {
    expect(await startsFor(1, 14_999, 1)).to.equal(1);
  });

  it('is joined as long as it runs', async () => {
    expect(await startsFor(3, 0, 1)).to.equal(1);
  });

  it('is a new one when the last one is old, or was of another epoch', async () => {
    expect(await startsFor(1, 15_000, 1)).to.equal(2);
    expect(await startsFor(1, 0, 2)).to.equal(2);
  });

  it('is a new one each time when it takes no time', async () => {
    const { job, starts } = jobOf(0);
    const judge = auditJudge(job, () => FINISHED_AT);
    await judge(1);
    await judge(1);
    expect(starts()).to.equal(2);
  });
});
