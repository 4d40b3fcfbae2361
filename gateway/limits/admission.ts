import { problem, ProblemError } from '@lego-moc/http/problem';
import type { Logger } from '@lego-moc/logger/logger';
import { limitedAddress } from '../http/client-address.ts';
import { indexOfField, type RawHeaders } from '../http/headers.ts';
import type { LimitName, RateLimits, QuotaResult } from './rate-limits.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The limit that a user's request counts against. */
export const limitFor = (method: string, upload: boolean): LimitName => {
  if (READS.has(method)) return 'read';
  return upload ? 'upload' : 'write';
};

const state = ({ limit: { name }, remaining, resetS }: QuotaResult): string => `"${name}";r=${remaining};t=${resetS}`;

/** Writes the state of one or several limits into `head`. */
const addLimitHeaders = (head: RawHeaders, quotaResult: QuotaResult): void => {
  const at = indexOfField(head, 'ratelimit-policy');
  if (at === -1) {
    head.push('ratelimit-policy', quotaResult.limit.policy, 'ratelimit', state(quotaResult));
    return;
  }
  head[at + 1] = `${head[at + 1] ?? ''}, ${quotaResult.limit.policy}`;
  head[at + 3] = `${head[at + 3] ?? ''}, ${state(quotaResult)}`;
};

/** Takes a request through its limits; `head` gets the remaining quota (RateLimit header fields). */
export type Admission = {
  /** Counts one request from this address. Throws `ProblemError` with 429, or 503 when limits fail closed. */
  readonly fromAddress: (head: RawHeaders, client: string) => Promise<void>;
  /** Counts one request by this user. Throws the same errors. */
  readonly byUser: (head: RawHeaders, userId: string, limit: LimitName) => Promise<void>;
};

export const admission = (limits: RateLimits, logger: Logger): Admission => {
  const rejectUncounted = (error: unknown): never => {
    logger.warn('Limits cannot be counted', { error });
    throw new ProblemError(
      problem(503, 'limits-unavailable', 'The platform cannot take requests just now. Try again shortly.', {
        headers: { 'retry-after': '2' },
      }),
    );
  };

  const admit = (head: RawHeaders, quotaResult: QuotaResult): void => {
    addLimitHeaders(head, quotaResult);
    if (!quotaResult.isAllowed)
      throw new ProblemError(
        problem(
          429,
          'rate-limited',
          `That was more than ${quotaResult.limit.quota} in ${quotaResult.limit.windowS} seconds.`,
          {
            headers: { 'retry-after': String(quotaResult.resetS) },
            members: { limit: quotaResult.limit.name },
          },
        ),
      );
  };

  const take = (head: RawHeaders, name: LimitName, key: string): Promise<void> =>
    limits.take(name, key).then((quotaResult) => admit(head, quotaResult), rejectUncounted);

  return {
    fromAddress: (head, client) => take(head, 'address', limitedAddress(client)),
    byUser: (head, userId, limit) => take(head, limit, userId),
  };
};
