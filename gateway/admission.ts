import { problem, Refused } from '@lego-moc/http/problem';
import type { Logger } from '@lego-moc/logger/logger';
import { limitedAddress } from './client-address.ts';
import type { LimitName, RateLimits, Taken } from './rate-limits.ts';

/** Whatever its headers can carry. */
type Headers = { setHeader(name: string, value: string): unknown };

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Which limit a user's request counts against. */
export const limitFor = (method: string, upload: boolean): LimitName => {
  if (READS.has(method)) return 'read';
  return upload ? 'upload' : 'write';
};

const policy = ({ limit: { name, quota, windowS } }: Taken): string => `"${name}";q=${quota};w=${windowS}`;
const state = ({ limit: { name }, remaining, resetS }: Taken): string => `"${name}";r=${remaining};t=${resetS}`;

/** One request's passage through its limits; tells the client what it has left (RateLimit header fields). */
export type Admission = {
  /** One request from this address. Throws `Refused` with 429, or 503 when limits fail closed. */
  readonly fromAddress: (client: string) => Promise<void>;
  /** One request by this user. Throws alike. */
  readonly byUser: (userId: string, limit: LimitName) => Promise<void>;
};

export const admission =
  (limits: RateLimits, logger: Logger): ((headers: Headers) => Admission) =>
  (headers) => {
    const counted: Taken[] = [];

    const take = async (name: LimitName, key: string): Promise<void> => {
      let taken: Taken;
      try {
        taken = await limits.take(name, key);
      } catch (error) {
        logger.warn('Limits cannot be counted', { error });
        throw new Refused(
          problem(503, 'limits-unavailable', 'The platform cannot take requests just now. Try again shortly.', {
            headers: { 'retry-after': '2' },
          }),
        );
      }
      counted.push(taken);
      headers.setHeader('ratelimit-policy', counted.map(policy).join(', '));
      headers.setHeader('ratelimit', counted.map(state).join(', '));
      if (!taken.allowed)
        throw new Refused(
          problem(429, 'rate-limited', `That was more than ${taken.limit.quota} in ${taken.limit.windowS} seconds.`, {
            headers: { 'retry-after': String(taken.resetS) },
            members: { limit: taken.limit.name },
          }),
        );
    };

    return {
      fromAddress: (client) => take('address', limitedAddress(client)),
      byUser: (userId, limit) => take(limit, userId),
    };
  };
