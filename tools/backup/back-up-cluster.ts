import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { copyFolder } from './copy-folder.ts';

/** Holds back the write-ahead log from the first file to the last. Gone with the connection. */
const SLOT = 'backup';

const CONTROL = join('global', 'pg_control');

/** Folders that PostgreSQL fills anew at each start: they must exist, empty. */
const EMPTY = ['pg_dynshmem', 'pg_notify', 'pg_replslot', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'];
const LATER = ['pg_wal', CONTROL];
const OF_THE_PROCESS = ['postmaster.pid', 'postmaster.opts'];
const LEFT_OUT = new Set([...EMPTY, ...LATER, ...OF_THE_PROCESS]);

/**
 * Copies a running PostgreSQL cluster by the procedure of its manual, "Making a Base Backup Using the Low Level API". A
 * server that starts on the copy replays the log to the end of the backup. `url` is a superuser's.
 */
export const backUpCluster = async (url: string, cluster: string, to: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('SELECT pg_create_physical_replication_slot($1, true, true)', [SLOT]);
    await client.query("SELECT pg_backup_start('backup', true)");
    await copyFolder(cluster, { to, includes: (path) => !LEFT_OUT.has(path) && !path.includes('pgsql_tmp') });
    await Promise.all(EMPTY.map((name) => mkdir(join(to, name), { recursive: true, mode: 0o700 })));
    await copyFile(join(cluster, CONTROL), join(to, CONTROL));
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    await writeFile(join(to, 'backup_label'), rows[0]?.labelfile ?? '', { mode: 0o600 });
    await copyFolder(join(cluster, 'pg_wal'), { to: join(to, 'pg_wal') });
  } finally {
    await client.end();
  }
};
