import { existsSync } from 'node:fs';

/** A real component for tests: where it is, and how it ends. */
export type Component = { readonly url: string; readonly stop: () => Promise<void> };

export type ComponentChoice = {
  /** Its description for the one line that is printed: `PostgreSQL (Docker)`. */
  readonly name: string;
  /** Starts it; `undefined` or a throw means that the next choice is tried. */
  readonly start: () => Promise<Component | undefined>;
};

const DOCKER_SOCKET = '/var/run/docker.sock';

/** Whether containers may be tried at all: without a daemon the attempt costs seconds. */
export const isDockerAvailable = (): boolean => process.env['DOCKER_HOST'] !== undefined || existsSync(DOCKER_SOCKET);

const nothingToStop = (): Promise<void> => Promise.resolve();

/** The component at the URL in the environment, if there is one. */
export const componentFromEnv = (variable: string): ComponentChoice => ({
  name: variable,
  start: () => {
    const url = process.env[variable];
    return Promise.resolve(url === undefined ? undefined : { url, stop: nothingToStop });
  },
});

/** The first choice that works, printed in one line together with those that did not. Throws when none does. */
export const startFirst = async (need: string, choices: readonly ComponentChoice[]): Promise<Component> => {
  const failures: string[] = [];
  for (const { name, start } of choices) {
    try {
      const component = await start();
      if (component !== undefined) {
        process.stdout.write(`  ${need} for tests: ${[name, ...failures].join('; ')}\n`);
        return component;
      }
    } catch (error) {
      failures.push(`not ${name}: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)}`);
    }
  }
  throw new Error(`No ${need} for tests: ${failures.join('; ')}`);
};
