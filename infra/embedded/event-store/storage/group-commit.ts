import { LogUnavailable } from './event-log.ts';

type Waiting<Intent, Outcome> = {
  readonly intent: Intent;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: LogUnavailable) => void;
};

/** Bounds how long one commit may hold up those that wait for the next. */
const GROUP_MAX = 2_000;
const GROUP_BYTES_MAX = 16 * 1024 * 1024;

/**
 * One flush to disk pays for everything that arrived while the previous one was under way. `commit` writes a group
 * durably or throws, having written nothing.
 */
export const groupCommit = <Intent, Outcome>(
  commit: (intents: readonly Intent[]) => readonly Outcome[],
  bytesOf: (intent: Intent) => number,
) => {
  const waiting: Waiting<Intent, Outcome>[] = [];
  let scheduled = false;
  let closed = false;

  const takeGroup = (): Waiting<Intent, Outcome>[] => {
    let bytes = 0;
    let count = 0;
    for (const { intent } of waiting) {
      bytes += bytesOf(intent);
      if (count > 0 && (count >= GROUP_MAX || bytes > GROUP_BYTES_MAX)) break;
      count += 1;
    }
    return waiting.splice(0, count);
  };

  const commitGroup = (): void => {
    scheduled = false;
    const group = takeGroup();
    schedule();
    if (group.length === 0) return;
    try {
      const outcomes = commit(group.map(({ intent }) => intent));
      group.forEach(({ resolve }, index) => resolve(outcomes[index] as Outcome));
    } catch (error) {
      const refused = error instanceof LogUnavailable ? error : asUnavailable(error);
      for (const { reject } of group) reject(refused);
    }
  };

  // setImmediate: everything the current turn of the event loop read from its sockets joins the group.
  const schedule = (): void => {
    if (scheduled || waiting.length === 0) return;
    scheduled = true;
    setImmediate(commitGroup);
  };

  return {
    submit: (intent: Intent): Promise<Outcome> =>
      new Promise((resolve, reject) => {
        if (closed) reject(new LogUnavailable('closed', 'The event log is closed'));
        else waiting.push({ intent, resolve, reject });
        schedule();
      }),
    /** Refuses what comes later and commits what is already waiting. */
    close: (): void => {
      closed = true;
      while (waiting.length > 0) commitGroup();
    },
  };
};

const asUnavailable = (error: unknown): LogUnavailable => {
  const message = error instanceof Error ? error.message : String(error);
  const isFull = /no space|ENOSPC|MAP_FULL|disk quota|file too large/i.test(message);
  return isFull
    ? new LogUnavailable('disk-full', `The disk is full: ${message}`, error)
    : new LogUnavailable('failed', `The disk refused the write: ${message}`, error);
};
