import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

const passwords = z.record(z.string(), z.string().min(1));

const PASSWORD_BYTES = 24;

export const makePassword = (): string => randomBytes(PASSWORD_BYTES).toString('base64url');

/** Passwords by account, out of a JSON file; none when there is no such file. */
export const loadPasswords = async (path: string): Promise<Readonly<Record<string, string>>> => {
  try {
    return passwords.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
};

/** Replaces the file as a whole, readable by its owner alone. */
export const savePasswords = async (path: string, values: Readonly<Record<string, string>>): Promise<void> => {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeFile(`${path}.new`, JSON.stringify(values, undefined, 2), { mode: 0o600 });
  await rename(`${path}.new`, path);
};
