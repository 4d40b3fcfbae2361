import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { startNode } from '@lego-moc/embedded-event-store/server/start-node';
import { adminUrl, clusterDir, passwordFile } from '@lego-moc/embedded-postgres/admin';
import { copyStore } from '@lego-moc/event-store-cli/copy/copy';
import { connectionString, EMBEDDED_STORE } from '@lego-moc/event-store-cli/embedded-url';
import { backUpCluster } from './back-up-cluster.ts';
import { copyFolder } from './copy-folder.ts';
import { demandApart, demandEmpty, foldersIn } from './folders.ts';
import { writeManifest, type Manifest } from './manifest.ts';

export type BackupFolders = {
  /** Of the platform: `.data` by default. */
  readonly dataDir: string;
  readonly data: string;
  /** Master keys and passwords: with them, whoever has the data reads every profile. */
  readonly keys: string;
};

/** Of the platform's data, what is secret. */
export const SECRET_FOLDERS = ['keys', 'identity'] as const;
/** Copied in a way of their own. */
const STORE_FOLDERS = ['event-store', 'postgres'];
/** Written anew at each start. */
const FLEETING_FOLDERS = ['env', 'logs'];

/** Every service that stores objects has a folder of its own: whatever is no other kind of folder is one of these. */
const objectFolders = async (dataDir: string): Promise<readonly string[]> => {
  const others = new Set<string>([...SECRET_FOLDERS, ...STORE_FOLDERS, ...FLEETING_FOLDERS]);
  return (await foldersIn(dataDir)).filter((name) => !others.has(name));
};

/** The fourth line of this file is the server's port. */
const portOfCluster = async (cluster: string): Promise<number> => {
  const lines = (await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  if (lines[3] === undefined)
    throw new Error(`No PostgreSQL runs on ${cluster}: start the platform, or copy its data.`);
  return Number(lines[3]);
};

const backUpEvents = async (dataDir: string, to: string): Promise<number> => {
  const node = await startNode({ path: to, port: 0 });
  const clients = [connectionString(EMBEDDED_STORE, dataDir), node.connectionString].map((url) =>
    EventStoreDBClient.connectionString(url),
  );
  const [source, target] = clients as [EventStoreDBClient, EventStoreDBClient];
  try {
    const { copied } = await copyStore({ from: source, to: target, progressPath: `${to}.progress.json` });
    return copied;
  } finally {
    await Promise.all(clients.map((client) => client.dispose()));
    await node.stop();
  }
};

/**
 * Backs up a running platform with embedded components. Events come before what they name: keys of users and stored
 * objects of the copied events are then in the backup, and read models that are ahead of the events are rebuilt after a
 * restore. Objects are copied twice, so that one which is removed meanwhile is in it, too. Throws when a folder is not
 * empty or the platform does not run.
 */
export const createBackup = async ({ dataDir, data, keys }: BackupFolders): Promise<Manifest> => {
  demandApart(data, keys);
  await demandEmpty(data);
  await demandEmpty(keys);
  const beganAt = new Date().toISOString();
  const cluster = clusterDir(dataDir);
  const admin = adminUrl(dataDir, await portOfCluster(cluster));
  const copyObjects = async (): Promise<number> => {
    let copies = 0;
    for (const folder of await objectFolders(dataDir))
      copies += await copyFolder(join(dataDir, folder), { to: join(data, folder) });
    return copies;
  };

  let objects = await copyObjects();
  const events = await backUpEvents(dataDir, join(data, 'event-store'));
  await backUpCluster(admin, cluster, join(data, 'postgres'));
  objects += await copyObjects();
  for (const folder of SECRET_FOLDERS) await copyFolder(join(dataDir, folder), { to: join(keys, folder) });
  await copyFile(passwordFile(cluster), passwordFile(join(keys, 'postgres')));

  const manifest: Manifest = { version: 1, beganAt, endedAt: new Date().toISOString(), events, objects };
  await writeManifest(data, manifest);
  return manifest;
};
