import type { Cause } from '@lego-moc/application/event-streams';
import type { FileJob } from '../domain/file-job.ts';
import type { KindMemory } from './ports/kind-memory.ts';

type ParsedJob = Extract<FileJob, { status: 'parsing' }>;

/** Keeps what the owner decided for the next file of the kind; repeated by each attempt, it changes nothing. */
export const rememberDecisions = async (
  kinds: KindMemory,
  { kind, columns, colourScheme, submission }: ParsedJob,
  cause: Cause,
): Promise<void> => {
  if (kind === undefined || (columns === undefined && colourScheme === undefined)) return;
  await kinds.remember(submission.owner, kind, { columns, colourScheme }, cause);
};
