import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureServiceKeys } from '@lego-moc/auth-middleware/service-keys';
import { ensureBuilt } from '@lego-moc/console/build';
import { superviseChild, type Child } from './child.ts';
import { addresses, httpUrl, keysFolder, type Environment } from './environment.ts';
import { prepareEventStore } from './event-store-access.ts';
import { rotateLogs } from './log-rotation.ts';
import { embeddedPlan, servicePlan, type Plan, type PlatformSettings } from './plans.ts';
import { CONTEXTS, EMBEDDED_COMPONENTS, GATEWAY, optionalServicesFor, standardPorts, type Ports } from './registry.ts';

export type PlatformOptions = {
  /** Holds everything embedded: databases, files, keys, logs. */
  readonly dataDir: string;
  readonly ports?: Ports;
  /** The launcher's own by default. Real components that it names are used instead of the embedded ones. */
  readonly env?: Environment;
  /** Receives the launcher's messages, line by line. */
  readonly report?: (line: string) => void;
};

export type Platform = {
  /** Of the gateway. */
  readonly url: string;
  readonly ports: Ports;
  /** By name; those replaced by real components are missing. */
  readonly children: ReadonlyMap<string, Child>;
  /** Resolves once all are ready. When one does not come up, the others are stopped and this rejects. */
  readonly ready: Promise<void>;
  /** In order: the gateway first, then the services, then their dependencies. Also while they are still starting. */
  readonly stop: () => Promise<void>;
};

const ROOT = resolve(import.meta.dirname, '../..');
/** Compiled code is kept between starts; it halves the time a service needs to load. */
const COMPILE_CACHE = join(ROOT, 'node_modules/.cache/compile');

/** Starts what is embedded, then the services and the gateway, each as a process of its own that is kept running. */
export const startPlatform = (options: PlatformOptions): Platform => {
  const { ports = standardPorts(), env = process.env, report = () => undefined } = options;
  const setting: PlatformSettings = { dataDir: resolve(options.dataDir), ports, env };
  const commonEnv = { NODE_COMPILE_CACHE: COMPILE_CACHE, ...env, ...addresses(ports, env) };
  const logs = join(setting.dataDir, 'logs');
  const optionalServices = optionalServicesFor(env);
  const children = new Map<string, Child>();
  let stopRotation = (): void => undefined;
  let stopping: Promise<void> | undefined;

  const launch = async ({ name, entry, env: own, ...plan }: Plan): Promise<void> => {
    if (stopping !== undefined) throw new Error('Stopped while starting');
    const child = superviseChild(
      { ...plan, name, entry: join(ROOT, entry), env: { ...commonEnv, ...own }, logFile: join(logs, `${name}.log`) },
      report,
    );
    children.set(name, child);
    await child.untilReady();
  };

  const start = async (): Promise<void> => {
    mkdirSync(logs, { recursive: true, mode: 0o700 });
    stopRotation = rotateLogs(logs);
    const services = [...CONTEXTS, ...optionalServices, GATEWAY];
    await ensureServiceKeys(
      keysFolder(setting.dataDir),
      services.map(({ name }) => name),
    );
    // Without it the platform runs all the same, and the gateway says what is missing.
    const consoleBuild = ensureBuilt(report).catch((error: unknown) =>
      report(`The console could not be built: ${(error as Error).message}`),
    );
    const embeddedComponents = EMBEDDED_COMPONENTS.filter(({ variable }) => env[variable] === undefined);
    await Promise.all(
      embeddedComponents.map(async (part) => {
        await launch(await embeddedPlan(part, setting));
        if (part.name === 'event-store') await prepareEventStore(setting);
      }),
    );
    await Promise.all([consoleBuild, ...services.map(async (service) => launch(await servicePlan(service, setting)))]);
  };

  const stopInOrder = async (): Promise<void> => {
    for (const group of [[GATEWAY], [...CONTEXTS, ...optionalServices], EMBEDDED_COMPONENTS]) {
      const stopping = group.map(async ({ name }: { readonly name: string }) => children.get(name)?.stop());
      await Promise.all(stopping);
    }
    stopRotation();
  };
  const stop = (): Promise<void> => (stopping ??= stopInOrder());

  const ready = start().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { url: httpUrl(ports, 'gateway'), ports, children, ready, stop };
};
