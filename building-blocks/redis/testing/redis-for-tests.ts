import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import getPort from 'get-port';
import { silentLogger } from '@lego-moc/logger/logger';
import { connectRedis } from '../connect.ts';

export type RedisForTests = {
  readonly url: string;
  /** Stops answering without closing its connections, as on a machine that hangs. */
  readonly freeze: () => void;
  readonly thaw: () => void;
  readonly stop: () => void;
};

const ready = async (url: string, server: ChildProcess): Promise<void> => {
  const redis = connectRedis(url, silentLogger);
  try {
    for (let tries = 0; tries < 100; tries += 1) {
      if (server.exitCode !== null) throw new Error('redis-server ended at once');
      if (redis.status === 'ready') return;
      await pause(50);
    }
    throw new Error('redis-server did not become ready');
  } finally {
    redis.disconnect();
  }
};

/** Whether a real Redis is available here. */
export const redisThere = (): boolean => spawnSync('redis-server', ['--version']).status === 0;

/** A real Redis of the tests' own, in memory only. */
export const redisForTests = async (): Promise<RedisForTests> => {
  const port = await getPort();
  const server = spawn('redis-server', ['--port', String(port), '--save', '', '--appendonly', 'no', '--dir', '/tmp'], {
    stdio: 'ignore',
  });
  const url = `redis://127.0.0.1:${port}`;
  await ready(url, server);
  return {
    url,
    freeze: () => server.kill('SIGSTOP'),
    thaw: () => server.kill('SIGCONT'),
    stop: () => server.kill('SIGKILL'),
  };
};
