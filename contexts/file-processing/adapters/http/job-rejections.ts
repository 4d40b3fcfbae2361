import { problem, type Reply } from '@lego-moc/http/respond';
import type { Rejection } from '@lego-moc/kernel/decider';
import type { FileJobRejection } from '../../domain/file-job.ts';

/** Complete by construction: a new rejection does not compile until it has a status. */
export const STATUS: Record<FileJobRejection, number> = {
  'job-not-found': 404,
  'job-id-taken': 409,
  'job-over': 409,
  'job-withdrawn': 410,
  'attempt-superseded': 409,
  'decision-not-needed': 409,
  'column-missing': 422,
  'lots-changed': 409,
};

/** The answer to a command that the job refuses. */
export const rejectedJob = ({ rejected: code, because }: Rejection<FileJobRejection>): Reply =>
  problem(STATUS[code], code, because);
