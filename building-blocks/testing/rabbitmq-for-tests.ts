import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import getPort from 'get-port';
import { componentFromEnv, startFirst, type Component, type ComponentChoice } from './component-choice.ts';
import { closeAfterAllTests } from './mocha-hooks.ts';

/** Debian's program of this name on the PATH runs as another user and keeps its data elsewhere. */
const DEBIAN = '/usr/lib/rabbitmq/bin';

/** The folder of the RabbitMQ that is installed here. */
const findInstalledFolder = (): string | undefined =>
  [DEBIAN, ...(process.env['PATH'] ?? '').split(delimiter)].find((folder) =>
    existsSync(join(folder, 'rabbitmq-server')),
  );

const STARTED_WITHIN_MS = 150_000;
const PAUSE_MS = 100;
const PROTOCOL_HEADER = Buffer.from([...Buffer.from('AMQP'), 0, 0, 9, 1]);

/** Whether a broker answers the protocol header: the port accepts connections before that. */
const answersProtocol = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(PROTOCOL_HEADER));
    const end = (answer: boolean): void => {
      resolve(answer);
      socket.destroy();
    };
    socket
      .once('data', () => end(true))
      .on('error', () => end(false))
      .once('close', () => end(false));
  });

const untilAnswering = async (port: number, isRunning: () => boolean): Promise<boolean> => {
  const end = performance.now() + STARTED_WITHIN_MS;
  while (isRunning() && performance.now() < end) {
    if (await answersProtocol(port)) return true;
    await pause(PAUSE_MS);
  }
  return false;
};

/** A broker that tests may kill and start again on its data. */
export type KillableBroker = {
  readonly url: string;
  readonly start: () => Promise<void>;
  readonly kill: () => Promise<void>;
  /** Ends it and removes its data. */
  readonly remove: () => Promise<void>;
};

const environmentOf = (folder: string, port: number, distributionPort: number): NodeJS.ProcessEnv => ({
  ...process.env,
  HOME: folder,
  RABBITMQ_NODENAME: `tests-${port}@localhost`,
  RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
  RABBITMQ_NODE_PORT: String(port),
  RABBITMQ_DIST_PORT: String(distributionPort),
  RABBITMQ_MNESIA_BASE: join(folder, 'data'),
  RABBITMQ_LOG_BASE: join(folder, 'logs'),
  RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'enabled_plugins'),
  RABBITMQ_PID_FILE: join(folder, 'pid'),
  RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq'),
  RABBITMQ_CONF_ENV_FILE: join(folder, 'none.conf'),
  // One scheduler: the machine belongs to the tests.
  RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1',
});

/** A broker of one's own on a free port, not started yet; `undefined` when RabbitMQ is not installed. */
export const killableBroker = async (): Promise<KillableBroker | undefined> => {
  const programs = findInstalledFolder();
  if (programs === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'rabbitmq-'));
  const port = await getPort();
  await writeFile(join(folder, 'enabled_plugins'), '[].\n');
  await writeFile(
    join(folder, 'rabbitmq.conf'),
    'vm_memory_high_watermark.absolute = 512MB\ndisk_free_limit.absolute = 50MB\n',
  );
  const env = environmentOf(folder, port, await getPort());
  let endBroker = (): Promise<void> => Promise.resolve();

  const start = async (): Promise<void> => {
    // A process group of its own: the program is a script around the broker.
    const broker = spawn(join(programs, 'rabbitmq-server'), [], { env, stdio: 'ignore', detached: true });
    const exit = new Promise<void>((resolve) => broker.once('exit', () => resolve()));
    endBroker = async () => {
      if (broker.pid !== undefined && broker.exitCode === null && broker.signalCode === null)
        process.kill(-broker.pid, 'SIGKILL');
      await exit;
    };
    if (await untilAnswering(port, () => broker.exitCode === null)) return;
    await endBroker();
    throw new Error('RabbitMQ did not come up');
  };
  return {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    start,
    kill: () => endBroker(),
    remove: async () => {
      await endBroker();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const installedRabbitMq: ComponentChoice = {
  name: 'installed RabbitMQ',
  start: async () => {
    const broker = await killableBroker();
    if (broker === undefined) return undefined;
    try {
      await broker.start();
    } catch (error) {
      await broker.remove();
      throw error;
    }
    return { url: broker.url, stop: broker.remove };
  },
};

const start = async (): Promise<Component> => {
  const component = await startFirst('RabbitMQ', [componentFromEnv('TEST_RABBITMQ_URL'), installedRabbitMq]);
  closeAfterAllTests(component.stop);
  return component;
};

let sharedBroker: Promise<Component> | undefined;

/** Whether a broker can be started here. */
export const isRabbitMqInstalled = (): boolean => findInstalledFolder() !== undefined;

/** Whether `rabbitMqForTests` will find one. */
export const hasRabbitMq = (): boolean => process.env['TEST_RABBITMQ_URL'] !== undefined || isRabbitMqInstalled();

/**
 * The URL of one RabbitMQ for the whole run: TEST_RABBITMQ_URL, else the installed one with data of its own. Throws when
 * neither is there.
 */
export const rabbitMqForTests = async (): Promise<string> => (await (sharedBroker ??= start())).url;
