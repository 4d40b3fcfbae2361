import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** The names of the environment variables that each service looks up, by service; `gateway` is among them. */
export type VariablesRead = Readonly<Record<string, readonly string[]>>;

/**
 * Asks the services themselves, in a process of their own: wiring opens clients that would outlive the synthesis. Needs
 * the packages of the repository's root.
 */
export const readVariables = (): VariablesRead => {
  const output = execFileSync(process.execPath, [join(import.meta.dirname, 'print.ts')], { encoding: 'utf8' });
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '') as VariablesRead;
};
