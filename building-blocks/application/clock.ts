import type { Instant } from '@lego-moc/kernel/message';

/** The current time. A port: tests and replays supply their own. */
export type Clock = () => Instant;

/** The machine's clock, to the millisecond. */
export const systemClock: Clock = () => new Date().toISOString() as Instant;
