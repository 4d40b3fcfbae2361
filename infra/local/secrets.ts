import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The password in the file `name`: made once and kept, readable by the owner of the data only. */
export const secret = (keysFolder: string, name: string): string => {
  const path = join(keysFolder, name);
  mkdirSync(keysFolder, { recursive: true, mode: 0o700 });
  try {
    // Fails when there is one already: two launchers at once agree on the first one's.
    writeFileSync(path, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(path, 'utf8');
};
