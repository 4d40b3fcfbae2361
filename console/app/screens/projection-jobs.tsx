import { useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import type { Intent } from '../api/actions.ts';
import { cancelJob, startJob, verify, type Job, type Progress } from '../api/jobs.ts';
import { plural } from '../model/format.ts';
import type { Subscription } from '../model/listing.ts';
import { ConfirmDialog, type Confirmation } from '../parts/confirm.tsx';
import { useMayAct } from '../parts/session-context.ts';
import { JobProgress } from './job-progress.tsx';

type JobState = {
  readonly job: Job;
  readonly progress?: Progress;
  readonly failure?: Error;
  readonly isRunning: boolean;
};

/** Runs one job of a projection at a time and holds its progress. */
const useJob = ({ service, name }: Subscription) => {
  const queries = useQueryClient();
  const [state, setState] = useState<JobState>();
  const start = async (job: Job, run: (onProgress: (progress: Progress) => void) => Promise<void>): Promise<void> => {
    setState({ job, isRunning: true });
    try {
      await run((progress) => setState({ job, progress, isRunning: true }));
      setState((before) => ({ job, ...before, isRunning: false }));
    } catch (error) {
      setState((before) => ({ job, ...before, isRunning: false, failure: error as Error }));
    }
    await queries.invalidateQueries({ queryKey: ['subscriptions', service] });
  };
  return {
    state,
    verify: () => start('verify', (onProgress) => verify({ service, name }, onProgress)),
    /** Resolves once the job runs: its progress is shown on the page. Throws when it is refused. */
    change: async (job: 'rebuild' | 'rollback', intent: Intent) => {
      const follow = await startJob(job, { service, name }, intent);
      void start(job, follow);
    },
  };
};

/** Rebuild, roll back, verify, and cancel what runs. */
export const ProjectionJobs = ({ projection }: { readonly projection: Subscription }) => {
  const mayAct = useMayAct();
  const job = useJob(projection);
  const [confirmation, setConfirmation] = useState<Confirmation>();
  const { service, name, readModel } = projection;
  const target = `${name} in ${service}`;
  const count = plural(readModel?.rows ?? 0, 'row');
  const isRunning = job.state?.isRunning ?? false;

  const rebuild: Confirmation = {
    ...{ action: 'Rebuild', count, target, isDangerous: true },
    consequence: 'Builds the read model anew from the first event. Readers keep the present rows until it is complete.',
    run: (intent) => job.change('rebuild', intent),
  };
  const rollback: Confirmation = {
    ...{ action: 'Roll back', count, target, isDangerous: true },
    consequence:
      'Shows the rows from before the last rebuild again, with what changed since. A second roll-back undoes it.',
    run: (intent) => job.change('rollback', intent),
  };
  const cancel: Confirmation = {
    ...{ action: 'Cancel', count: '1 job', target, isDangerous: true },
    consequence: 'Stops the rebuild or verification. Readers keep the present rows.',
    run: (intent) => cancelJob({ service, name }, intent),
  };

  return (
    <section class="details" aria-label="Jobs">
      <h2>Jobs</h2>
      <div class="buttons">
        <button type="button" disabled={isRunning} onClick={() => void job.verify()}>
          Verify: does each row follow from its stream?
        </button>
        <button type="button" class="danger" disabled={!mayAct || isRunning} onClick={() => setConfirmation(rebuild)}>
          Rebuild …
        </button>
        <button type="button" class="danger" disabled={!mayAct || isRunning} onClick={() => setConfirmation(rollback)}>
          Roll back …
        </button>
        <button type="button" class="danger" disabled={!mayAct} onClick={() => setConfirmation(cancel)}>
          Cancel a running job …
        </button>
      </div>
      {mayAct ? null : <p class="faint">Changes need the role operator:act.</p>}
      {job.state === undefined ? null : <JobProgress {...job.state} />}
      {confirmation === undefined ? null : (
        <ConfirmDialog confirmation={confirmation} onClose={() => setConfirmation(undefined)} />
      )}
    </section>
  );
};
