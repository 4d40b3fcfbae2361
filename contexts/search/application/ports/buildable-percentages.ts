import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';

/**
 * How much of each MOC, in percent of its pieces, somebody can build from their own; MOCs without counted lists are
 * absent. `undefined` when nobody can say in time.
 */
export type BuildablePercentages = (mocIds: readonly string[]) => Promise<ReadonlyMap<string, number> | undefined>;

/** The questions of one request, on behalf of `by`; they share one time limit. */
export type PercentagesFor = (by: UserId, cause: Pick<Cause, 'correlationId' | 'causedBy'>) => BuildablePercentages;
