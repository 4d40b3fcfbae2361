/** Instances of a process that are in the same state, in numbers. */
export type ProcessState = {
  readonly service: string;
  readonly process: string;
  readonly state: string;
  readonly open: number;
  readonly oldestMovedAt: string;
};

/** One that is not over. */
export type Instance = {
  readonly service: string;
  readonly process: string;
  readonly state: string;
  readonly stream: string;
  readonly movedAt: string;
};

/** Every step of a process is repeated or given up within half a minute; this is ten times as long. */
const STUCK_AFTER_MS = 300_000;

/** Whether what moved last at that instant should have moved since. */
export const isStuck = (movedAt: string, nowMs: number): boolean => nowMs - Date.parse(movedAt) > STUCK_AFTER_MS;
