import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectEventStore } from '@lego-moc/event-store/connect';
import { lastPosition } from '@lego-moc/event-store/last-position';
import { issueToken } from '@lego-moc/embedded-identity/issue-token';
import { gatewayClient, type GatewayClient } from '@lego-moc/local/gateway-client';
import { startPlatform as start, type Platform } from '@lego-moc/local/platform';
import { freePorts } from '@lego-moc/local/ports';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { isEventStoreGiven } from '@lego-moc/testing/real-component';
import { eventStoreUrl } from './event-store-url.ts';
import { checkAgainstOpenApi } from './openapi-check.ts';

export type TestPlatform = Platform & {
  readonly dataDir: string;
  /** The end of the log when the platform started: earlier events are not its own. */
  readonly logBegin: bigint | 'start';
  /** The launcher's messages: which process fell, which was started again. */
  readonly reports: readonly string[];
  readonly token: (name: string, roles?: readonly string[]) => Promise<string>;
  /** Sends a request to the gateway as the builder `name`. */
  readonly signedInAs: (name: string, roles?: readonly string[]) => Promise<GatewayClient>;
  /** Kills a service as a fault would, and waits until its successor is ready. */
  readonly killAndAwait: (service: string) => Promise<void>;
};

const MANY_TIMES_FASTER_THAN_PEOPLE = '100';

/** Time for a platform to start on a busy machine. */
export const PLATFORM_WITHIN_MS = 120_000;

/** Nothing listens there: a test must not call BrickLink. */
const NO_BRICKLINK = 'http://127.0.0.1:9/api/store/v1';

const endOfLog = async (url: string): Promise<bigint | 'start'> => {
  const client = connectEventStore(url);
  try {
    const position = await lastPosition(client);
    return position === 0n ? 'start' : position;
  } finally {
    await client.dispose();
  }
};

/** The platform that was started last: a given event store belongs to it alone. */
let latest: (Pick<Platform, 'stop'> & { readonly dataDir: string }) | undefined;

const stopLatest = async (): Promise<void> => {
  if (!isEventStoreGiven()) return;
  await latest?.stop();
  latest = undefined;
};

/**
 * Stops the platform that runs on a given event store: two of them would take messages from the same groups, each
 * without the other's files and tables. Every name stands for a new user from then on, since the store knows the titles
 * of the earlier ones. Platforms with an embedded store each keep running.
 */
export const leaveGivenEventStore = async (): Promise<void> => {
  await stopLatest();
  if (isEventStoreGiven()) process.env['DEV_USERS_REALM'] = randomUUID();
};

/**
 * Starts the real platform by the launcher's own code: free ports, data of its own, every part a process. It runs until
 * the test run ends unless it is stopped before. Rejects when a part does not start; its logs remain for inspection.
 * Answers of the gateway are compared with its OpenAPI document. With an `earlierDataDir` it continues on the
 * data of an earlier platform.
 */
export const startPlatform = async (
  env: Readonly<Record<string, string>> = {},
  earlierDataDir?: string,
): Promise<TestPlatform> => {
  const reports: string[] = [];
  await (earlierDataDir === undefined ? leaveGivenEventStore() : stopLatest());
  const dataDir = earlierDataDir ?? mkdtempSync(join(tmpdir(), 'platform-'));
  const ports = await freePorts();
  const logBegin = isEventStoreGiven() ? await endOfLog(eventStoreUrl({ dataDir, ports })) : 'start';
  const platform = start({
    dataDir,
    ports,
    env: {
      ...process.env,
      ...{ RATE_LIMIT_SCALE: MANY_TIMES_FASTER_THAN_PEOPLE, BRICKLINK_API_URL: NO_BRICKLINK },
      // Receivers of tests listen on this machine.
      ...{ WEBHOOK_TARGETS: 'any' },
      ...env,
    },
    report: (line) => void reports.push(line),
  });
  latest = { stop: platform.stop, dataDir };
  closeAfterAllTests(async () => {
    await platform.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  await platform.ready;
  await checkAgainstOpenApi(platform.url);

  const token = (name: string, roles: readonly string[] = []): Promise<string> => issueToken(dataDir, { name, roles });

  const killAndAwait = async (service: string): Promise<void> => {
    const child = platform.children.get(service);
    if (child === undefined) throw new Error(`${service} is not one of ours`);
    const pid = child.pid();
    child.kill('SIGKILL');
    await child.untilSuccessorOf(pid);
  };

  return {
    ...platform,
    dataDir,
    logBegin,
    reports,
    token,
    signedInAs: async (name, roles) => gatewayClient(platform.url, await token(name, roles)),
    killAndAwait,
  };
};

/**
 * One platform for several specs: starts with the first, and again after another platform took over a given event
 * store.
 */
export const platformForSpecs = <Started extends TestPlatform>(
  startIt: () => Promise<Started>,
): (() => Promise<Started>) => {
  let platform: Promise<Started> | undefined;
  return async () => {
    if (isEventStoreGiven() && platform !== undefined && (await platform).dataDir !== latest?.dataDir)
      platform = undefined;
    platform ??= startIt().catch((error: unknown) => {
      // The next spec tries again, instead of failing for the same reason.
      platform = undefined;
      throw error;
    });
    return platform;
  };
};

/** One platform for all tests that do no damage to it. */
export const sharedPlatform = platformForSpecs(() => startPlatform());
