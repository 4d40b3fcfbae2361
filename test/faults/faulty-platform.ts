import { expect } from 'chai';
import { pollUntil } from '@lego-moc/application/poll-until';
import { redisForTests, redisThere, type RedisForTests } from '@lego-moc/redis/testing/redis-for-tests';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { platformForSpecs, startPlatform, type TestPlatform } from '../e2e/platform.ts';

export type FaultyPlatform = TestPlatform & {
  /** A real Redis of the tests' own; none where redis-server is not installed. */
  readonly redis: RedisForTests | undefined;
};

const start = async (): Promise<FaultyPlatform> => {
  const redis = redisThere() ? await redisForTests() : undefined;
  closeAfterAllTests(() => Promise.resolve(redis?.stop()));
  const platform = await startPlatform(redis === undefined ? {} : { REDIS_URL: redis.url });
  return { ...platform, redis };
};

/** One platform for all tests that take away its dependencies and give them back. */
export const faultyPlatform = platformForSpecs(start);

/** No answer may take longer than this: the request aborts and the test fails. */
const ANSWER_WITHIN_MS = 8_000;

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
};

export type RequestOptions = { readonly method?: string; readonly body?: unknown; readonly key?: string };

/** Sends a request to the gateway as the builder `name`. */
export const askingAs = async (platform: TestPlatform, name: string) => {
  const authorization = `Bearer ${await platform.token(name)}`;
  return async (path: string, { method = 'GET', body, key }: RequestOptions = {}): Promise<Answer> => {
    const reply = await fetch(platform.url + path, {
      method,
      headers: {
        authorization,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return { status: reply.status, headers: reply.headers, text: await reply.text() };
  };
};
export type Ask = Awaited<ReturnType<typeof askingAs>>;

/** Asserts that a client is told to retry and when, and nothing about the failed component. */
export const expectTryLater = ({ status, headers, text }: Answer, description: string): void => {
  expect(status, `${description}: ${text}`).to.equal(503);
  expect(Number(headers.get('retry-after')), description).to.be.within(1, 60);
  expect(headers.get('content-type'), description).to.equal('application/problem+json');
  expect(text, description).not.to.match(/ECONN|postgres|pool|timeout|\n\s+at /i);
};

const readiness = async (platform: TestPlatform, service: string): Promise<number> => {
  const reply = await fetch(`http://127.0.0.1:${String(platform.ports.get(service))}/ready`, {
    signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
  });
  await reply.arrayBuffer();
  return reply.status;
};

export const untilReadiness = async (
  platform: TestPlatform,
  services: readonly string[],
  status: 200 | 503,
): Promise<void> => {
  await Promise.all(
    services.map((service) =>
      pollUntil(
        `${service} saying ${status}`,
        () => readiness(platform, service),
        (actualStatus) => actualStatus === status,
        30_000,
      ),
    ),
  );
};
