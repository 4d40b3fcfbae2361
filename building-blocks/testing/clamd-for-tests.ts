import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import getPort from 'get-port';
import { componentFromEnv, startFirst, type Component, type ComponentChoice } from './component-choice.ts';
import { canConnect } from './can-connect.ts';
import { closeAfterAllTests } from './mocha-hooks.ts';
import { isInstalled } from './real-component.ts';

/**
 * The EICAR test file as a signature by content; written in hexadecimal, so that no scanner mistakes this file for it.
 */
const EICAR_SIGNATURE =
  'Eicar-Test-Signature:0:0:58354f2150254041505b345c505a58353428505e2937434329377d2445494341522d5354414e444152442d414e544956495255532d544553542d46494c452124482b482a';

const configuration = (folder: string, port: number): string => `Foreground yes
DatabaseDirectory ${join(folder, 'signatures')}
TCPSocket ${port}
TCPAddr 127.0.0.1
StreamMaxLength 100M
MaxScanSize 100M
MaxFileSize 100M
TemporaryDirectory ${folder}
User root
`;

export type OwnClamd = Component & {
  /** Adds signatures as a file of this name, as an update does, and has the daemon read all of them again. */
  readonly addSignatures: (fileName: string, lines: readonly string[]) => Promise<void>;
};

/** Starts the installed clamd with one signature: real ones cannot be shipped, and EICAR is what tests need. */
const startInstalledClamd = async (): Promise<OwnClamd> => {
  const folder = await mkdtemp(join(tmpdir(), 'clamd-'));
  const port = await getPort();
  const signatures = join(folder, 'signatures');
  await mkdir(signatures);
  await chmod(folder, 0o755);
  await writeFile(join(signatures, 'tests.ndb'), `${EICAR_SIGNATURE}\n`);
  const asRoot = process.getuid?.() === 0;
  const settings = configuration(folder, port);
  await writeFile(join(folder, 'clamd.conf'), asRoot ? settings : settings.replace('User root\n', ''));
  const daemon = spawn('clamd', ['--config-file', join(folder, 'clamd.conf')], { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    daemon.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  const addSignatures: OwnClamd['addSignatures'] = async (fileName, lines) => {
    await writeFile(join(signatures, fileName), `${lines.join('\n')}\n`);
    const socket = connect(port, '127.0.0.1').end('zRELOAD\0');
    const answer = await text(socket);
    if (!answer.startsWith('RELOADING')) throw new Error(`clamd does not reload: ${answer}`);
  };
  if (await canConnect(port, () => daemon.exitCode === null))
    return { url: `tcp://127.0.0.1:${port}`, stop, addSignatures };
  await stop();
  throw new Error('clamd did not come up');
};

const installedClamd: ComponentChoice = {
  name: 'installed clamd',
  start: () => (isInstalled('clamd') ? startInstalledClamd() : Promise.resolve(undefined)),
};

const start = async (): Promise<Component> => {
  const component = await startFirst('clamd', [componentFromEnv('CLAMAV_URL'), installedClamd]);
  closeAfterAllTests(component.stop);
  return component;
};

let sharedClamd: Promise<Component> | undefined;

/** Whether `clamdForTests` will find one. */
export const hasClamd = (): boolean => process.env['CLAMAV_URL'] !== undefined || isInstalled('clamd');

/** One clamd for the whole run: CLAMAV_URL, else the installed one with the EICAR signature. Throws when neither is there. */
export const clamdForTests = async (): Promise<string> => (await (sharedClamd ??= start())).url;

/** A clamd of the caller's own, whose signatures may change; `undefined` where none is installed. */
export const ownClamdForTests = async (): Promise<OwnClamd | undefined> => {
  if (!isInstalled('clamd')) return undefined;
  const clamd = await startInstalledClamd();
  closeAfterAllTests(clamd.stop);
  return clamd;
};
