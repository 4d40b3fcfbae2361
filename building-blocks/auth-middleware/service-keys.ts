import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JWK } from 'jose';
import { newKeyPair } from './keys.ts';

const exists = async (path: string): Promise<boolean> =>
  readFile(path).then(
    () => true,
    () => false,
  );

const writeWhole = async (path: string, content: string): Promise<void> => {
  await writeFile(`${path}.new`, content, { mode: 0o600 });
  await rename(`${path}.new`, path);
};

/**
 * Makes sure that each service has a key pair in `folder`: `<service>.jwk.json` (private) and `services.jwks.json` (all
 * public ones). Existing keys stay. The key id of a service is its name, by which its signatures are verified.
 */
export const ensureServiceKeys = async (folder: string, services: readonly string[]): Promise<void> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const publicKeys: JWK[] = [];
  for (const service of services) {
    const path = join(folder, `${service}.jwk.json`);
    if (!(await exists(path))) {
      const { privateJwk } = await newKeyPair(service);
      await writeWhole(path, JSON.stringify(privateJwk));
    }
    const publicJwk = JSON.parse(await readFile(path, 'utf8')) as JWK;
    delete publicJwk.d;
    publicKeys.push(publicJwk);
  }
  await writeWhole(join(folder, 'services.jwks.json'), JSON.stringify({ keys: publicKeys }));
};
