import type { UserId } from '@lego-moc/kernel/message';
import type { GalleryItem } from '../../domain/gallery-link-events.ts';

/** The gallery as far as MOCs need it. */
export interface Gallery {
  /** Which of the items of one kind exist for `reader`, at most 100; `undefined` when the gallery is away. */
  existing(
    kind: GalleryItem['kind'],
    itemIds: readonly string[],
    reader: UserId,
    correlationId: string,
  ): Promise<ReadonlySet<string> | undefined>;
}
