import type { Difference, Job, Progress } from '../api/jobs.ts';
import { formatCount, formatDuration, plural } from '../model/format.ts';

type Props = {
  readonly job: Job;
  readonly progress?: Progress;
  readonly failure?: Error;
  readonly isRunning: boolean;
};

const TITLES: Readonly<Record<Job, string>> = {
  ...{ rebuild: 'Rebuild', rollback: 'Roll-back', verify: 'Verification' },
};

const outcome = ({ job, progress, failure, isRunning }: Props): string => {
  if (failure !== undefined) return `did not finish: ${failure.message}`;
  if (isRunning) return progress?.phase ?? 'starts';
  if (progress?.phase === 'failed') return `failed: ${progress.reason ?? 'no reason given'}`;
  if (job !== 'verify') return 'done';
  const differing = progress?.differing ?? 0;
  return differing === 0 ? 'done: every row is what its stream says' : `done: ${plural(differing, 'row')} differ`;
};

const differenceText = ({ revision, expectedRevision, columns }: Difference): string => {
  if (revision === null) return `missing; its stream leads to revision ${String(expectedRevision)}`;
  if (expectedRevision === null) return `at revision ${revision}, but no stream leads to it`;
  const place =
    revision === expectedRevision ? `at revision ${revision}` : `at ${revision} instead of ${expectedRevision}`;
  return columns.length === 0 ? place : `${place}, other values in ${columns.join(', ')}`;
};

const Counts = ({ events, rows, elapsedMs, failed, firstFailure = '' }: Progress) => (
  <p class="faint">
    {events === undefined ? '' : `${formatCount(events)} events, `}
    {formatCount(rows)} rows, {formatDuration(elapsedMs / 1_000)}
    {failed === 0 ? '' : `; ${plural(failed, 'stream')} with an event that cannot be read, first ${firstFailure}`}
  </p>
);

const Differences = ({ differences }: Pick<Progress, 'differences'>) => (
  <ul>
    {differences.map((difference) => (
      <li key={difference.id}>
        <code>{difference.id}</code> {differenceText(difference)}
      </li>
    ))}
  </ul>
);

const isBad = ({ progress, failure }: Props): boolean =>
  failure !== undefined || progress?.phase === 'failed' || (progress?.differing ?? 0) > 0;

/** How far a job is, and what came of it. */
export const JobProgress = (props: Props) => {
  const { job, progress, isRunning } = props;
  return (
    <div class={isBad(props) && !isRunning ? 'job bad' : 'job'} role="status">
      <p>
        <strong>{TITLES[job]}</strong> {outcome(props)}
      </p>
      {isRunning ? <progress aria-label={`${TITLES[job]} runs`} /> : null}
      {progress === undefined ? null : <Counts {...progress} />}
      {progress === undefined || progress.differences.length === 0 ? null : (
        <Differences differences={progress.differences} />
      )}
    </div>
  );
};
