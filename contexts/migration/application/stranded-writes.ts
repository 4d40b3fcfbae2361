import type { Clock } from '@lego-moc/application/clock';
import type { AuditJob } from './audit-job.ts';
import type { migrationWorker } from './migration-worker.ts';

/** Compares both sides once after a forced rollback, as soon as both answer, and states what differs. */
export const stateStranded = async (
  { read, command }: Pick<ReturnType<typeof migrationWorker>, 'read' | 'command'>,
  { start, status }: AuditJob,
  now: Clock,
): Promise<void> => {
  const { forcedEpoch: epoch } = (await read()).state;
  if (epoch === undefined) return;
  await start();
  await command({ type: 'StateStranded', data: { epoch, rows: status().differing, at: now() } });
};
