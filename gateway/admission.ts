import { problem, ProblemError } from '@lego-moc/http/problem';
import type { Logger } from '@lego-moc/logger/logger';
import { limitedAddress } from './client-address.ts';
import { indexOfField, type RawHeaders } from './headers.ts';
import type { LimitName, RateLimits, Taken } from './rate-limits.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Which limit a user's request counts against. */
export const limitFor = (method: string, upload: boolean): LimitName => {
  if (READS.has(method)) return 'read';
  return upload ? 'upload' : 'write';
};

const state = ({ limit: { name }, remaining, resetS }: Taken): string => `"${name}";r=${remaining};t=${resetS}`;

/** Says in `head` what was taken, from one limit or from several. */
const announce = (head: RawHeaders, taken: Taken): void => {
  const at = indexOfField(head, 'ratelimit-policy');
  if (at === -1) {
    head.push('ratelimit-policy', taken.limit.policy, 'ratelimit', state(taken));
    return;
  }
  head[at + 1] = `${head[at + 1] ?? ''}, ${taken.limit.policy}`;
  head[at + 3] = `${head[at + 3] ?? ''}, ${state(taken)}`;
};

/** A request's passage through its limits; the answer's `head` tells what is left of them (RateLimit header fields). */
export type Admission = {
  /** One request from this address. Throws `Refused` with 429, or 503 when limits fail closed. */
  readonly fromAddress: (head: RawHeaders, client: string) => Promise<void>;
  /** One request by this user. Throws alike. */
  readonly byUser: (head: RawHeaders, userId: string, limit: LimitName) => Promise<void>;
};

export const admission = (limits: RateLimits, logger: Logger): Admission => {
  const notCounted = (error: unknown): never => {
    logger.warn('Limits cannot be counted', { error });
    throw new ProblemError(
      problem(503, 'limits-unavailable', 'The platform cannot take requests just now. Try again shortly.', {
        headers: { 'retry-after': '2' },
      }),
    );
  };

  const admit = (head: RawHeaders, taken: Taken): void => {
    announce(head, taken);
    if (!taken.allowed)
      throw new ProblemError(
        problem(429, 'rate-limited', `That was more than ${taken.limit.quota} in ${taken.limit.windowS} seconds.`, {
          headers: { 'retry-after': String(taken.resetS) },
          members: { limit: taken.limit.name },
        }),
      );
  };

  const take = (head: RawHeaders, name: LimitName, key: string): Promise<void> =>
    limits.take(name, key).then((taken) => admit(head, taken), notCounted);

  return {
    fromAddress: (head, client) => take(head, 'address', limitedAddress(client)),
    byUser: (head, userId, limit) => take(head, limit, userId),
  };
};
