import { problem, type ProblemReply } from '@lego-moc/http/problem';
import type { Rejection } from '@lego-moc/kernel/decider';
import type { UploadRejection } from '../../application/upload-file.ts';
import { UPLOADS_IN_FLIGHT } from './uploads-in-flight.ts';

/** Complete by construction: a new rejection does not compile until it has a status. */
const STATUS: Record<UploadRejection, number> = {
  'empty-file': 422,
  'media-type-refused': 422,
  'image-unreadable': 422,
  'archive-refused': 422,
  infected: 422,
  'checksum-mismatch': 422,
  'file-too-large': 413,
  'quota-exceeded': 413,
  'file-id-taken': 409,
  'upload-abandoned': 409,
  'upload-recorded': 409,
  'file-not-found': 404,
  'file-discarded': 410,
};

/** The rejection of an upload as problem details. */
export const uploadProblem = ({ rejected, because, details }: Rejection<UploadRejection>): ProblemReply =>
  problem(STATUS[rejected], rejected, because, details === undefined ? {} : { members: details });

/** The answer to an upload that would be one too many of its owner at the same time. */
export const TOO_MANY_UPLOADS: ProblemReply = problem(
  429,
  'too-many-uploads',
  'Many files of this owner are being stored, and more wait. Send this one again when some are done.',
  { headers: { 'retry-after': '10' }, members: { limit: UPLOADS_IN_FLIGHT.slots } },
);
