import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterDir, passwordFile } from '@lego-moc/embedded-postgres/admin';
import { copyFolder } from './copy-folder.ts';
import { SECRET_FOLDERS, type BackupFolders } from './create-backup.ts';
import { demandEmpty, foldersIn } from './folders.ts';
import { readManifest, type Manifest } from './manifest.ts';

/**
 * Puts a backup where a platform can be started on it. Its read models may then be ahead of its events: rebuild them
 * before anybody writes. Throws when there is data already, or no whole backup.
 */
export const restoreBackup = async ({ dataDir, data, keys }: BackupFolders): Promise<Manifest> => {
  const manifest = await readManifest(data);
  await demandEmpty(dataDir);
  for (const folder of await foldersIn(data)) await copyFolder(join(data, folder), { to: join(dataDir, folder) });
  for (const folder of SECRET_FOLDERS) await copyFolder(join(keys, folder), { to: join(dataDir, folder) });
  await copyFile(passwordFile(join(keys, 'postgres')), passwordFile(clusterDir(dataDir)));
  return manifest;
};
