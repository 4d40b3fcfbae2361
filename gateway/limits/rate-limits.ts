import type { Redis } from '@lego-moc/redis/connect';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

export type LimitName = 'address' | 'read' | 'write' | 'upload';

export type Limit = {
  readonly name: LimitName;
  readonly quota: number;
  readonly windowS: number;
  /** The value of the RateLimit-Policy header field: the same in every answer. */
  readonly policy: string;
};

/** Whether the quota had one left, and how many remain. */
export type QuotaResult = {
  readonly limit: Limit;
  readonly isAllowed: boolean;
  readonly remaining: number;
  readonly resetS: number;
};

/** Counts requests against their limits. */
export interface RateLimits {
  /** Takes one from the quota of `key`. Throws when the remaining quota is unknown. */
  take(name: LimitName, key: string): Promise<QuotaResult>;
}

const WINDOW_S = 60;

/** An address may stand for a whole office, a user is one person, and an upload is work for three services. */
const QUOTAS: Readonly<Record<LimitName, number>> = { address: 3_000, read: 1_200, write: 300, upload: 60 };

const NAMES = Object.keys(QUOTAS) as readonly LimitName[];

const limitOf = (name: LimitName, quota: number): Limit => ({
  name,
  quota,
  windowS: WINDOW_S,
  policy: `"${name}";q=${quota};w=${WINDOW_S}`,
});

/** The default limits, times `scale`. */
export const limitsScaled = (scale: number): Readonly<Record<LimitName, Limit>> =>
  Object.fromEntries(
    NAMES.map((name) => [name, limitOf(name, Math.max(1, Math.round(QUOTAS[name] * scale)))]),
  ) as Record<LimitName, Limit>;

export type RateLimitsOptions = {
  readonly limits: Readonly<Record<LimitName, Limit>>;
  /** Counts across all instances, one atomic step per request; without it each instance counts by itself. */
  readonly redis?: Redis | undefined;
  /** While Redis is away, `open` counts in process and `closed` refuses every request. */
  readonly onOutage: 'open' | 'closed';
};

type Limiter = RateLimiterMemory | RateLimiterRedis;
type Take = (key: string) => Promise<QuotaResult>;

const limiterOf = ({ name, quota, windowS }: Limit, { redis, onOutage }: RateLimitsOptions): Limiter => {
  const settings = { keyPrefix: `limit:${name}`, points: quota, duration: windowS };
  // In process each limit has a memory of its own, so its keys need no prefix.
  const inProcess = new RateLimiterMemory({ ...settings, keyPrefix: '' });
  if (redis === undefined) return inProcess;
  return new RateLimiterRedis({
    ...settings,
    storeClient: redis,
    rejectIfRedisNotReady: true,
    // A key that stays over its limit is refused in process, without a call to Redis.
    inMemoryBlockOnConsumed: quota * 2,
    ...(onOutage === 'open' ? { insuranceLimiter: inProcess } : {}),
  });
};

const quotaResult = (
  limit: Limit,
  isAllowed: boolean,
  { remainingPoints, msBeforeNext }: RateLimiterRes,
): QuotaResult => ({
  limit,
  isAllowed,
  remaining: remainingPoints,
  // In process the reset follows the wall clock, which may have been set back meanwhile.
  resetS: Math.min(Math.max(1, Math.ceil(msBeforeNext / 1_000)), limit.windowS),
});

const limitTaker = (limit: Limit, options: RateLimitsOptions): Take => {
  const limiter = limiterOf(limit, options);
  const resultOfConsumption = (result: RateLimiterRes): QuotaResult => quotaResult(limit, true, result);
  const resultOfRefusal = (reason: unknown): QuotaResult => {
    if (reason instanceof RateLimiterRes) return quotaResult(limit, false, reason);
    throw reason;
  };
  return (key) => limiter.consume(key).then(resultOfConsumption, resultOfRefusal);
};

/** Limits in process, or exact across instances with Redis. */
export const rateLimits = (options: RateLimitsOptions): RateLimits => {
  const takes = Object.fromEntries(NAMES.map((name) => [name, limitTaker(options.limits[name], options)])) as Record<
    LimitName,
    Take
  >;
  return { take: (name, key) => takes[name](key) };
};
