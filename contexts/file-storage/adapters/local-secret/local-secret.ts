import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SECRET_BYTES = 32;

/** The secret in this folder, created on the first call. Readable by the service's own user only. */
export const localSecret = (folder: string): Uint8Array => {
  const path = join(folder, 'url-secret');
  mkdirSync(folder, { recursive: true });
  try {
    writeFileSync(path, randomBytes(SECRET_BYTES), { flag: 'wx', mode: 0o600, flush: true });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const secret = readFileSync(path);
  if (secret.length !== SECRET_BYTES) throw new Error(`${path} is damaged: remove it, and links made before will end`);
  return secret;
};
