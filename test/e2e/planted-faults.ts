import { setTimeout as sleep } from 'node:timers/promises';
import { jsonEvent } from '@eventstore/db-client';
import { newId } from '@lego-moc/application/new-id';
import { connectEventStore } from '@lego-moc/event-store/connect';
import { eventStoreUrl } from './event-store-url.ts';
import type { TestPlatform } from './platform.ts';

const pidOf = ({ children }: TestPlatform, service: string): number => {
  const pid = children.get(service)?.pid();
  if (pid === undefined) throw new Error(`${service} does not run`);
  return pid;
};

/** Lets a service neither answer nor end, until the function that it returns is called. */
export const freezeService = (platform: TestPlatform, service: string): (() => void) => {
  const pid = pidOf(platform, service);
  process.kill(pid, 'SIGSTOP');
  return () => void process.kill(pid, 'SIGCONT');
};

/** An event that no handler of moc-management understands, with text that would run if it were markup. */
export const poisonEvent = async (platform: TestPlatform): Promise<string> => {
  const id = newId();
  const client = connectEventStore(eventStoreUrl(platform));
  const data = { payload: '<img src=x onerror="document.title=1">' };
  await client.appendToStream(
    'integration-file-processing',
    jsonEvent({ id, type: 'file-processing.completed', data }),
  );
  await client.dispose();
  return id;
};

/** One request in six waits for more than a second; the others are answered, that to restart among them. */
const ASLEEP_MS = 1_500;
const AWAKE_MS = 1_500;

/** Lets the present process of a service run for a part of the time only, until it ends or the function is called. */
export const slowService = (platform: TestPlatform, service: string): (() => Promise<void>) => {
  const pid = pidOf(platform, service);
  const end = new AbortController();
  const run = async (): Promise<void> => {
    try {
      while (!end.signal.aborted) {
        process.kill(pid, 'SIGSTOP');
        await sleep(ASLEEP_MS);
        process.kill(pid, 'SIGCONT');
        await sleep(AWAKE_MS);
      }
    } catch {
      // It was restarted: another process is as fast as ever.
    }
  };
  const course = run();
  return () => {
    end.abort();
    return course;
  };
};
