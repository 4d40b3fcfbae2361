import { AsyncLocalStorage } from 'node:async_hooks';

/** What a request or an event's handling belongs to: logs name it, and calls to other services carry it along. */
export type CurrentWork = {
  readonly correlationId: string;
  /** The W3C header that continues its trace. */
  readonly traceparent?: string | undefined;
};

const storage = new AsyncLocalStorage<CurrentWork>();

/** The request or event at which the running code works, if any. */
export const currentWork = (): CurrentWork | undefined => storage.getStore();

/** Runs `task`, and all that it waits for, as a part of `work`. */
export const workingOn = <T>(work: CurrentWork, task: () => T): T => storage.run(work, task);
