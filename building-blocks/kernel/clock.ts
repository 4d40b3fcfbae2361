import type { Instant } from './message.ts';

/** What time it is. A port: tests and replays bring their own. */
export type Clock = () => Instant;

/** The machine's clock, to the millisecond. */
export const systemClock: Clock = () => new Date().toISOString() as Instant;

/** The instant `ms` milliseconds after `instant` (before it, when negative). */
export const after = (instant: Instant, ms: number): Instant =>
  new Date(Date.parse(instant) + ms).toISOString() as Instant;

/** Milliseconds from `earlier` to `later`; negative when they are the other way round. */
export const msBetween = (earlier: Instant, later: Instant): number => Date.parse(later) - Date.parse(earlier);
