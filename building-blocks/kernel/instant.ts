import type { Instant } from './message.ts';

/** The instant `ms` milliseconds after `instant` (before it, when negative). */
export const after = (instant: Instant, ms: number): Instant =>
  new Date(Date.parse(instant) + ms).toISOString() as Instant;

/** Milliseconds from `earlier` to `later`; negative when they are the other way round. */
export const msBetween = (earlier: Instant, later: Instant): number => Date.parse(later) - Date.parse(earlier);
