import { problem, type ProblemReply } from '@lego-moc/http/problem';
import type { Rejection } from '@lego-moc/kernel/decider';
import type { ProfileRejection } from '../../domain/profile.ts';

/** Complete by construction: a new rejection does not compile until it has a status. */
const STATUS: Record<ProfileRejection, number> = {
  'profile-not-found': 404,
  'user-erased': 410,
};

/** A rejection as problem details. */
export const refusal = ({ rejected, because }: Rejection<ProfileRejection>): ProblemReply =>
  problem(STATUS[rejected], rejected, because);

export const noSuchProfile = refusal({ rejected: 'profile-not-found', because: 'There is no such profile.' });
