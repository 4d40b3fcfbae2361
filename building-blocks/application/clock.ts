import type { Instant } from '@lego-moc/kernel/message';

/** What time it is. A port: tests and replays bring their own. */
export type Clock = () => Instant;

/** The machine's clock, to the millisecond. */
export const systemClock: Clock = () => new Date().toISOString() as Instant;
