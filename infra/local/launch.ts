import { resolve } from 'node:path';
import { overview } from './show.ts';
import { startPlatform, type Platform } from './platform.ts';
import { portsInUse } from './ports.ts';
import { EMBEDDED_COMPONENTS, OPTIONAL, portsFrom, optionalServicesFor, type Ports } from './registry.ts';

export const print = (line = ''): void => void process.stdout.write(`${line}\n`);

export const formatSeconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Ends with one clear line and exit code 1. */
export const exitWithError = (why: string): never => {
  process.stderr.write(`${why}\n`);
  process.exit(1);
};

const chosenPorts = (): Ports => {
  try {
    return portsFrom(process.env['LEGO_MOC_PORTS']);
  } catch (error) {
    return exitWithError((error as Error).message);
  }
};

const refuseTakenPorts = async (ports: Ports): Promise<void> => {
  const real = EMBEDDED_COMPONENTS.filter(({ variable }) => process.env[variable] !== undefined).map(
    ({ name }) => name as string,
  );
  const activeNames = new Set(optionalServicesFor(process.env).map(({ name }) => name));
  const unusedNames = [...real, ...OPTIONAL.map(({ name }) => name).filter((name) => !activeNames.has(name))];
  const busyPorts = await portsInUse(
    [...ports].filter(([name]) => !unusedNames.includes(name)).map(([, port]) => port),
  );
  if (busyPorts.length === 0) return;
  const are = busyPorts.length === 1 ? `Port ${String(busyPorts[0])} is` : `Ports ${busyPorts.join(', ')} are`;
  exitWithError(
    `${are} taken by another program, perhaps by this platform already running: stop it, or choose others with LEGO_MOC_PORTS=gateway=9001,…`,
  );
};

/** Stops everything in order on the first signal, and kills it on the second; returns whether there was one. */
const stopOnSignals = (platform: Platform): (() => boolean) => {
  let isStopping = false;
  const onSignal = (): void => {
    if (isStopping) {
      for (const child of platform.children.values()) child.kill('SIGKILL');
      process.exit(130);
    }
    isStopping = true;
    print('\nStopping … (once more to kill)');
    const since = Date.now();
    void platform.stop().then(() => {
      print(`All stopped in ${formatSeconds(Date.now() - since)}.`);
      process.exit(0);
    });
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
  // The reader of standard output is gone, as in `npm start | head`: the same as a closed terminal.
  process.stdout.once('error', onSignal).on('error', () => undefined);
  return () => isStopping;
};

export type LaunchedPlatform = Platform & { readonly dataDir: string };

/**
 * Runs the platform on its standard ports at a terminal: shows the services and their ports, stops on Ctrl-C. An error
 * is one clear line and exit code 1.
 */
export const launch = async (onStart: (dataDir: string) => void = () => undefined): Promise<LaunchedPlatform> => {
  const dataDir = resolve(process.env['LEGO_MOC_DATA_DIR'] ?? '.data');
  const ports = chosenPorts();
  await refuseTakenPorts(ports);
  const since = Date.now();
  print('Starting the platform …');
  onStart(dataDir);
  const platform = startPlatform({ dataDir, ports, report: print });
  const isStopping = stopOnSignals(platform);
  try {
    await platform.ready;
  } catch (error) {
    // Interrupted by the user, who needs no message about that.
    if (isStopping()) return new Promise<never>(() => undefined);
    exitWithError(`The platform did not start: ${(error as Error).message}`);
  }
  print(`Ready in ${formatSeconds(Date.now() - since)}.\n\n${overview(platform, dataDir, process.env)}\n`);
  return { ...platform, dataDir };
};
