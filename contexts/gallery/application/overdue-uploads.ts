import type { Clock } from '@lego-moc/application/clock';
import type { Cause } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import { after } from '@lego-moc/kernel/instant';
import type { Instant } from '@lego-moc/kernel/message';
import type { ImageId } from '../domain/image-events.ts';

/** Longer than a request may take from its first byte to its answer. */
const OVERDUE_MS = 15 * 60_000;

export type OverdueDependencies = {
  /** Uploads that were begun before an instant and neither completed nor abandoned; some at a time. */
  readonly begunBefore: (instant: Instant) => Promise<readonly ImageId[]>;
  readonly abandon: (imageId: ImageId, cause: Cause) => Promise<void>;
  readonly now: Clock;
};

/** Abandons uploads whose process died. Returns how many. */
export const abandonOverdue =
  ({ begunBefore, abandon, now }: OverdueDependencies) =>
  async (): Promise<number> => {
    const overdue = await begunBefore(after(now(), -OVERDUE_MS));
    for (const imageId of overdue)
      await abandon(imageId, { commandId: newId(), correlationId: newId(), actor: 'overdue-uploads' });
    return overdue.length;
  };
