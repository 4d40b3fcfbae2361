import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openScope } from '@lego-moc/service/run-context';
import { readInventory } from './adapters/event-store/storage-inventory.ts';
import type { StorageInventory } from './application/audit.ts';
import { fileStorage, openFileStorage } from './context.ts';

export type StorageTools = ReturnType<typeof openFileStorage> & { readonly readAll: () => Promise<StorageInventory> };

/** Where nothing else is set, the settings of the platform that `npm start` has set up here. */
const environment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const path = join(env['LEGO_MOC_DATA_DIR'] ?? '.data', 'env', 'file-storage.env');
  if (env['EVENTSTORE_URL'] === undefined && existsSync(path)) process.loadEnvFile(path);
  return { ...env, ...process.env, LOG_LEVEL: 'error' };
};

/** Works with what the service works with, beside it. */
export const withStorage = async <Result>(
  work: (tools: StorageTools) => Promise<Result>,
  env: NodeJS.ProcessEnv = environment(process.env),
): Promise<Result> => {
  const { scope, close } = openScope(fileStorage, { env });
  try {
    const parts = openFileStorage(scope);
    return await work({ ...parts, readAll: () => readInventory(scope.eventStore, parts.objects) });
  } finally {
    await close();
  }
};
