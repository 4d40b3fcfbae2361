import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { MocId } from '../../domain/moc-id.ts';

/** A comment that everybody may read. */
export type PublicComment = {
  readonly commentId: string;
  readonly text: string;
  readonly writtenAt: Instant;
  readonly editedAt: Instant | null;
};

/** A published MOC, as its last version shows it. */
export type PublishedMoc = {
  readonly mocId: MocId;
  readonly title: string;
  readonly description: string;
  /** The designer, when the MOC names one; else empty. */
  readonly author: string;
  /** 0 for a MOC from before there were versions. */
  readonly version: number;
  readonly publishedAt: Instant;
  readonly versionPublishedAt: Instant;
};

/** What is public of MOCs and their comments, as far as the read models are. */
export interface FeedReader {
  /** The newest comments on a MOC that no flag or decision hides; at most `limit`. */
  comments(mocId: MocId, limit: number): Promise<readonly PublicComment[]>;
  /** The published MOCs of a builder, the one with the newest version first; at most `limit`. */
  publishedBy(builder: UserId, limit: number): Promise<readonly PublishedMoc[]>;
}
