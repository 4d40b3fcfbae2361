import type { HandleCommand } from '@lego-moc/application/command-handler';
import type { FileJob, FileJobCommand, FileJobRejection } from '../domain/file-job.ts';
import type { JobId } from '../domain/file-job-events.ts';

export type LoadJob = (jobId: JobId) => Promise<FileJob>;
export type HandleFileJob = HandleCommand<FileJobCommand, FileJobRejection>;
