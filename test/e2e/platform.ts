import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueToken } from '@lego-moc/embedded-identity/issue-token';
import { gatewayClient, type GatewayClient } from '@lego-moc/local/gateway-client';
import { startPlatform as start, type Platform } from '@lego-moc/local/platform';
import { freePorts } from '@lego-moc/local/ports';
import { closeAfterAllTests } from '@lego-moc/testing/mocha-hooks';
import { checkAgainstOpenApi } from './openapi-check.ts';

export type TestPlatform = Platform & {
  readonly dataDir: string;
  /** What the launcher had to say: who fell, who was started again. */
  readonly reports: readonly string[];
  readonly token: (name: string, roles?: readonly string[]) => Promise<string>;
  /** The gateway as the builder `name` sees it. */
  readonly signedInAs: (name: string, roles?: readonly string[]) => Promise<GatewayClient>;
  /** Kills a service as a fault would, and waits until its successor is ready. */
  readonly killAndAwait: (service: string) => Promise<void>;
};

const MANY_TIMES_FASTER_THAN_PEOPLE = '100';

/** A platform takes this long to start on a machine that does other things too. */
export const PLATFORM_WITHIN_MS = 120_000;

/**
 * The real platform, started by the launcher's own code: free ports, data of its own, every part a process. Lives until
 * the test run ends unless it is stopped before. Rejects when a part does not come up; its logs are left to read then.
 * What the gateway answers is held against its OpenAPI document. With a `dataDir` it goes on where an earlier one stopped.
 */
export const startPlatform = async (
  env: Readonly<Record<string, string>> = {},
  dataDir = mkdtempSync(join(tmpdir(), 'platform-')),
): Promise<TestPlatform> => {
  const reports: string[] = [];
  const platform = start({
    dataDir,
    ports: await freePorts(),
    env: { ...process.env, RATE_LIMIT_SCALE: MANY_TIMES_FASTER_THAN_PEOPLE, ...env },
    report: (line) => void reports.push(line),
  });
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
    const killed = child.pid();
    child.kill('SIGKILL');
    await child.untilSuccessorOf(killed);
  };

  return {
    ...platform,
    dataDir,
    reports,
    token,
    signedInAs: async (name, roles) => gatewayClient(platform.url, await token(name, roles)),
    killAndAwait,
  };
};

let shared: Promise<TestPlatform> | undefined;

/** One platform for all tests that harm nothing. */
export const sharedPlatform = (): Promise<TestPlatform> => (shared ??= startPlatform());
