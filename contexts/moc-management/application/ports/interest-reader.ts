import type { UserId } from '@lego-moc/kernel/message';
import type { InterestKind } from '../../domain/interests.ts';
import type { MocId } from '../../domain/moc-id.ts';

export type ShownMoc = { readonly mocId: MocId; readonly title: string; readonly owner: UserId };

/** Everybody's interests, and what they concern. */
export interface InterestReader {
  /** How many users show this interest, not counting the one whose stream is `except`. */
  count(kind: InterestKind, target: string, except: string): Promise<number>;
  /** Those of the MOCs that the reader sees, in any order. */
  visibleMocs(mocIds: readonly string[], reader: UserId): Promise<readonly ShownMoc[]>;
  /** Whether the user has published a MOC. */
  isBuilder(user: UserId): Promise<boolean>;
}
