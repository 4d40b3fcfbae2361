import type { Revision } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import { openFlags, type Verdict } from '@lego-moc/kernel/moderation';
import type { AlbumReply, ImageReply } from '../contracts/http-api.ts';
import type { ReviewReply } from '../contracts/moderation-api.ts';
import type { StandingAlbum } from '../domain/album.ts';
import type { StoredImage } from '../domain/image.ts';
import type { Moderation } from '../domain/moderation.ts';

/** What the owner of an image is told of its moderation. */
const moderationReplyOf = ({ hidden, decided, appeal, ...moderation }: Moderation): ImageReply['moderation'] => {
  const flags = openFlags({ hidden, decided, appeal, ...moderation }).map(({ reason }) => reason);
  if (flags.length === 0 && decided === null) return null;
  return { hidden, flags, decision: decided && decisionReplyOf(decided), appealedAt: appeal?.appealedAt ?? null };
};

const decisionReplyOf = ({ decision, rule, reason, decidedAt }: Verdict) => ({ decision, rule, reason, decidedAt });

/** An image as the API shows it to `reader`. */
export const imageReplyOf = (imageId: string, revision: Revision, image: StoredImage, reader: UserId): ImageReply => {
  const { owner, details, visibility, file, uploadedAt, moderation } = image;
  const { mediaType, sizeBytes } = file;
  const { title, description, tags, altText, licence } = details;
  return {
    ...{ imageId, owner, title, description, tags: [...tags], altText, licence, visibility },
    ...{ mediaType, sizeBytes, uploadedAt, revision: String(revision) },
    moderation: owner === reader ? moderationReplyOf(moderation) : null,
  };
};

/** An image as moderators see it. */
export const reviewReplyOf = (
  imageId: string,
  revision: Revision,
  image: StoredImage,
  file: ReviewReply['file'],
): ReviewReply => {
  const { flags, claim, decided, appeal } = image.moderation;
  return {
    image: imageReplyOf(imageId, revision, image, image.owner),
    file,
    flags: flags.map(({ reason, words, flaggedAt, judged }) => ({ reason, words, flaggedAt, judged })),
    claim,
    decision: decided && { ...decisionReplyOf(decided), moderator: decided.moderator },
    appeal,
  };
};

/** An album as the API shows it. */
export const albumReplyOf = (albumId: string, revision: Revision, album: StandingAlbum): AlbumReply => {
  const { owner, title, description, visibility, imageIds, createdAt } = album;
  const coverImageId = album.coverImageId ?? imageIds[0] ?? null;
  return {
    ...{ albumId, owner, title, description, visibility, coverImageId },
    ...{ imageCount: imageIds.length, createdAt, revision: String(revision) },
  };
};
