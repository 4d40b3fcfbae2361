import { resolve } from 'node:path';
import { overview } from './show.ts';
import { startPlatform, type Platform } from './platform.ts';
import { takenPorts } from './ports.ts';
import { EMBEDDED, standardPorts } from './registry.ts';

export const say = (line = ''): void => void process.stdout.write(`${line}\n`);

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

/** Ends with one clear line and exit code 1. */
export const giveUp = (why: string): never => {
  process.stderr.write(`${why}\n`);
  process.exit(1);
};

const refuseTakenPorts = async (): Promise<void> => {
  const real = EMBEDDED.filter(({ variable }) => process.env[variable] !== undefined).map(({ port }) => port);
  const taken = await takenPorts([...standardPorts().values()].filter((port) => !real.includes(port)));
  if (taken.length === 0) return;
  const are = taken.length === 1 ? `Port ${String(taken[0])} is` : `Ports ${taken.join(', ')} are`;
  giveUp(`${are} taken by another program, perhaps by this platform already running: stop that first.`);
};

/** Stops everything in order on the first signal, and kills it on the second. */
const stopOnSignals = (platform: Platform): void => {
  let asked = false;
  const onSignal = (): void => {
    if (asked) {
      for (const child of platform.children.values()) child.kill('SIGKILL');
      process.exit(130);
    }
    asked = true;
    say('\nStopping … (once more to kill)');
    const since = Date.now();
    void platform.stop().then(() => {
      say(`All stopped in ${seconds(Date.now() - since)}.`);
      process.exit(0);
    });
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal).on('SIGHUP', onSignal);
};

export type Launched = Platform & { readonly dataDir: string };

/**
 * The platform on its standard ports for a person at a terminal: shows what listens where, stops on Ctrl-C. What
 * goes wrong is one clear line and exit code 1.
 */
export const launch = async (onStart: (dataDir: string) => void = () => undefined): Promise<Launched> => {
  const dataDir = resolve(process.env['LEGO_MOC_DATA_DIR'] ?? '.data');
  await refuseTakenPorts();
  const since = Date.now();
  say('Starting the platform …');
  onStart(dataDir);
  const platform = startPlatform({ dataDir, report: say });
  stopOnSignals(platform);
  try {
    await platform.ready;
  } catch (error) {
    giveUp(`The platform did not start: ${(error as Error).message}`);
  }
  say(`Ready in ${seconds(Date.now() - since)}.\n\n${overview(platform, dataDir, process.env)}\n`);
  return { ...platform, dataDir };
};
