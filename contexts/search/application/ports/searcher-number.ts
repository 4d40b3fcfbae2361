import type { UserId } from '@lego-moc/kernel/message';

/**
 * A number that tells people who searched for `text` on `day` (`2026-01-31`) apart, and from which nobody learns who they
 * were once the day is over. Two people may share one, so that counting numbers never counts too many people.
 */
export type SearcherNumber = (user: UserId, text: string, day: string) => Promise<number>;
