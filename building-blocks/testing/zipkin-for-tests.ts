import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import getPort from 'get-port';
import { z } from 'zod';
import { isInstalled } from './real-component.ts';

/** The place where `.ci/run` puts Zipkin; `ZIPKIN_JAR` names another. */
const jarPath = (): string =>
  process.env['ZIPKIN_JAR'] ?? join(import.meta.dirname, '../../node_modules/.cache/zipkin/zipkin-server-exec.jar');

/** Whether `startZipkin` will find one. */
export const hasZipkin = (): boolean => existsSync(jarPath()) && isInstalled('java');

const zipkinSpan = z.object({
  traceId: z.string(),
  id: z.string(),
  parentId: z.string().optional(),
  /** In lower case. */
  name: z.string(),
  kind: z.string().optional(),
  localEndpoint: z.object({ serviceName: z.string() }),
  tags: z.record(z.string(), z.string()).default({}),
});

/** A span as Zipkin tells it. */
export type ZipkinSpan = z.output<typeof zipkinSpan>;

export type Zipkin = {
  /** Where spans are sent to. */
  readonly spansUrl: string;
  /** The spans of a trace so far. */
  readonly trace: (traceId: string) => Promise<readonly ZipkinSpan[]>;
  /** Everything that it holds, as it answers it. */
  readonly everything: () => Promise<string>;
  readonly stop: () => void;
};

const STARTED_WITHIN_MS = 90_000;
const PAUSE_MS = 250;

/** A Zipkin that keeps traces in memory, on a free port; the caller stops it. */
export const startZipkin = async (): Promise<Zipkin> => {
  const port = await getPort();
  const url = `http://127.0.0.1:${port}`;
  const address = ['ip=127.0.0.1', `port=${port}`, 'protocols[0]=http'].map((part) => `--armeria.ports[0].${part}`);
  const flags = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];
  const server = spawn('java', [...flags, '-jar', jarPath(), ...address], { stdio: 'ignore' });
  const isUp = (): Promise<boolean> =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  const deadline = Date.now() + STARTED_WITHIN_MS;
  while (!(await isUp())) {
    if (server.exitCode !== null || Date.now() > deadline) {
      server.kill('SIGKILL');
      throw new Error('Zipkin did not come up');
    }
    await pause(PAUSE_MS);
  }
  return {
    spansUrl: `${url}/api/v2/spans`,
    trace: async (traceId) => {
      const reply = await fetch(`${url}/api/v2/trace/${traceId}`);
      return reply.ok ? z.array(zipkinSpan).parse(await reply.json()) : [];
    },
    everything: async () => (await fetch(`${url}/api/v2/traces?limit=1000`)).text(),
    stop: () => void server.kill('SIGKILL'),
  };
};
