type WaitingIntent<Intent, Outcome> = {
  readonly intent: Intent;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
};

export type GroupCommit<Intent, Outcome> = {
  /** Writes a group durably or rejects, having written nothing. An intent may fail alone, as an error in its place. */
  readonly commit: (intents: readonly Intent[]) => Promise<readonly (Outcome | Error)[]>;
  /** Runs after a commit failed and before the next: returns what the callers are told. */
  readonly recover: (error: unknown) => Promise<Error>;
  readonly bytesOf: (intent: Intent) => number;
};

/** Bounds how long one commit may hold up those that wait for the next. */
const GROUP_MAX = 2_000;
const GROUP_BYTES_MAX = 16 * 1024 * 1024;

/** One flush to disk pays for everything that arrived while the previous one was under way. */
export const groupCommit = <Intent, Outcome>({ commit, recover, bytesOf }: GroupCommit<Intent, Outcome>) => {
  const queue: WaitingIntent<Intent, Outcome>[] = [];
  let currentCommit: Promise<void> | undefined;

  const takeGroup = (): WaitingIntent<Intent, Outcome>[] => {
    let bytes = 0;
    let count = 0;
    for (const { intent } of queue) {
      bytes += bytesOf(intent);
      if (count > 0 && (count >= GROUP_MAX || bytes > GROUP_BYTES_MAX)) break;
      count += 1;
    }
    return queue.splice(0, count);
  };

  const commitGroup = async (): Promise<void> => {
    const group = takeGroup();
    try {
      const outcomes = await commit(group.map(({ intent }) => intent));
      for (const [index, outcome] of outcomes.entries()) {
        if (outcome instanceof Error) group[index]?.reject(outcome);
        else group[index]?.resolve(outcome);
      }
    } catch (error) {
      const reason = await recover(error);
      for (const { reject } of group) reject(reason);
    }
  };

  const commitAll = async (): Promise<void> => {
    while (queue.length > 0) {
      // Everything the current turn of the event loop reads from its sockets joins the group.
      await new Promise(setImmediate);
      await commitGroup();
    }
    currentCommit = undefined;
  };

  return {
    submit: (intent: Intent): Promise<Outcome> =>
      new Promise((resolve, reject) => {
        queue.push({ intent, resolve, reject });
        currentCommit ??= commitAll();
      }),
    /** Resolves when nothing waits any more. */
    idle: async (): Promise<void> => {
      await currentCommit;
    },
  };
};
