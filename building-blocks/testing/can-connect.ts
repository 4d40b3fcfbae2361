import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

const TRIES = 200;
const PAUSE_MS = 50;

/** Waits until a local port accepts connections; `false` when none does for ten seconds or its process has ended. */
export const canConnect = async (port: number, isRunning: () => boolean): Promise<boolean> => {
  for (let tries = 0; tries < TRIES && isRunning(); tries += 1) {
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return true;
    } catch {
      await pause(PAUSE_MS);
    } finally {
      socket.destroy();
    }
  }
  return false;
};
