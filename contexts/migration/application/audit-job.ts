import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@lego-moc/application/clock';
import { msBetween } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import { auditor, type AuditOptions, type AuditReport } from './audit.ts';

export type AuditStatus = AuditReport & { readonly running: boolean; readonly finishedAt: Instant | null };

export type AuditJob = {
  /** Joins the audit that runs, else begins one. Resolves when it has finished. */
  readonly start: () => Promise<void>;
  /** Of the audit that runs, or of the last one. */
  readonly status: () => AuditStatus;
};

const NOTHING: AuditReport = { owners: 0, rows: 0, differing: 0, differences: [] };

/** Well within the time that an answer may take: a busy machine needs the rest of it. */
const PROMPT_MS = 1_000;

/** Audits, one at a time. A report is kept until the next one. */
export const auditJob = (options: Omit<AuditOptions, 'onProgress'> & { readonly now: Clock }): AuditJob => {
  let running: Promise<void> | undefined;
  let report = NOTHING;
  let finishedAt: Instant | null = null;

  const audit = auditor({
    ...options,
    onProgress: (progress) => {
      report = { ...NOTHING, ...progress };
    },
  });

  const run = async (): Promise<void> => {
    report = NOTHING;
    report = await audit();
    finishedAt = options.now();
  };

  return {
    start: () =>
      (running ??= run().finally(() => {
        running = undefined;
      })),
    status: () => ({ ...report, running: running !== undefined, finishedAt }),
  };
};

/** Begins an audit and waits for it, but no longer than a request may take. */
export const promptly = async ({ start, status }: AuditJob): Promise<AuditStatus> => {
  const stopping = new AbortController();
  await Promise.race([
    start().finally(() => stopping.abort()),
    sleep(PROMPT_MS, undefined, { signal: stopping.signal }).catch(() => undefined),
  ]);
  return status();
};

/** Later than this, an audit says too little about what was written since. */
const FRESH_MS = 15_000;

/**
 * Finds the audit that a transition from an epoch is judged by: a new one, or the one that had not finished when the
 * same transition was tried before. Whoever was told to try again must not meet the beginning of another audit each time.
 */
export const auditJudge = (job: AuditJob, now: Clock) => {
  let unfinishedFor: number | undefined;
  return async (epoch: number): Promise<AuditStatus> => {
    const { running, finishedAt } = job.status();
    const isFresh = !running && finishedAt !== null && msBetween(finishedAt, now()) < FRESH_MS;
    const status = isFresh && unfinishedFor === epoch ? job.status() : await promptly(job);
    unfinishedFor = status.running ? epoch : undefined;
    return status;
  };
};
