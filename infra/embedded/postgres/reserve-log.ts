import { statfs } from 'node:fs/promises';
import pg from 'pg';

const SEGMENT_BYTES = 16 * 1024 * 1024;
const SEGMENTS = 8;
const LOG_SIZE = `${(SEGMENTS * SEGMENT_BYTES) / 1024 / 1024}MB`;

/** PostgreSQL ends itself when it finds no room for a segment: there must be more than the reserve takes. */
const ROOM_BYTES_MIN = 2 * SEGMENTS * SEGMENT_BYTES;

const hasRoom = async (dataDir: string): Promise<boolean> => {
  const { bavail, bsize } = await statfs(dataDir);
  return bavail * bsize >= ROOM_BYTES_MIN;
};

/**
 * Lets PostgreSQL outlive a full disk: its write-ahead log is filled with as many segments as it may ever have between
 * two checkpoints, which it then uses again and again instead of making new ones. Takes effect once per cluster.
 * Returns whether the reserve exists; not on a disk that is short of room already.
 */
export const reserveLog = async (url: string, dataDir: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ max: string }>(`select current_setting('max_wal_size') as max`);
    if (rows[0]?.max === LOG_SIZE) return true;
    if (!(await hasRoom(dataDir))) return false;
    // A checkpoint keeps for reuse what is below the minimum.
    await client.query(`alter system set min_wal_size = '${LOG_SIZE}'`);
    await client.query('select pg_reload_conf()');
    for (let segment = 0; segment < SEGMENTS; segment += 1) {
      // A segment without a record is not switched.
      await client.query(`select pg_logical_emit_message(false, 'reserve', '')`);
      await client.query('select pg_switch_wal()');
    }
    await client.query('checkpoint');
    // Last, for it says that the reserve exists, and would let checkpoints interrupt its making.
    await client.query(`alter system set max_wal_size = '${LOG_SIZE}'`);
    await client.query('select pg_reload_conf()');
    return true;
  } finally {
    await client.end();
  }
};
