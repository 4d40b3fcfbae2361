import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { canConnect } from './can-connect.ts';
import { componentFromEnv, startFirst, type Component, type ComponentChoice } from './component-choice.ts';
import { closeAfterAllTests } from './mocha-hooks.ts';
import { isInstalled } from './real-component.ts';

/** The place where `.ci/run` puts S3Proxy; `S3PROXY_JAR` names another. */
const jarPath = (): string =>
  process.env['S3PROXY_JAR'] ??
  join(import.meta.dirname, '../../node_modules/.cache/s3proxy/s3proxy-jar-with-dependencies.jar');

const CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIATESTS', AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests' } as const;

/** In memory: the only one of its stores that encrypts. */
const configuration = (port: number): string => `s3proxy.endpoint=http://127.0.0.1:${port}
s3proxy.authorization=aws-v4
s3proxy.identity=${CREDENTIALS.AWS_ACCESS_KEY_ID}
s3proxy.credential=${CREDENTIALS.AWS_SECRET_ACCESS_KEY}
s3proxy.ignore-unknown-headers=true
jclouds.provider=transient
jclouds.identity=unused
jclouds.credential=unused
`;

const installedS3Proxy: ComponentChoice = {
  name: 'S3Proxy',
  start: async () => {
    if (!existsSync(jarPath()) || !isInstalled('java')) return undefined;
    const folder = await mkdtemp(join(tmpdir(), 's3proxy-'));
    const port = await getPort();
    await writeFile(join(folder, 's3proxy.conf'), configuration(port));
    const server = spawn('java', ['-Xmx512m', '-jar', jarPath(), '--properties', join(folder, 's3proxy.conf')], {
      stdio: 'ignore',
    });
    const stop = async (): Promise<void> => {
      server.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    };
    if (!(await canConnect(port, () => server.exitCode === null))) {
      await stop();
      throw new Error('S3Proxy did not come up');
    }
    Object.assign(process.env, CREDENTIALS);
    return { url: `http://127.0.0.1:${port}`, stop };
  },
};

const start = async (): Promise<Component> => {
  const component = await startFirst('S3', [componentFromEnv('S3_ENDPOINT'), installedS3Proxy]);
  closeAfterAllTests(component.stop);
  return component;
};

let sharedServer: Promise<Component> | undefined;

/** Whether `s3ForTests` will find a server. */
export const hasS3 = (): boolean =>
  process.env['S3_ENDPOINT'] !== undefined || (existsSync(jarPath()) && isInstalled('java'));

/**
 * The endpoint of one S3 server for the whole run: S3_ENDPOINT with the AWS credentials of the environment, else
 * S3Proxy, whose credentials are then set in the environment. Throws when neither is there.
 */
export const s3ForTests = async (): Promise<string> => (await (sharedServer ??= start())).url;
