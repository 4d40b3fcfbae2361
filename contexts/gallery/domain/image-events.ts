import type { Brand, Instant, Message, UserId } from '@lego-moc/kernel/message';
import type { ReviewDecision } from '@lego-moc/kernel/moderation';

/** Also the id of its file at file storage. */
export type ImageId = Brand<string, 'ImageId'>;

/** Who sees it: its owner, whoever has its id, or everybody. */
export type Visibility = 'private' | 'unlisted' | 'public';

/** What others may do with it. */
export type Licence =
  | 'all-rights-reserved'
  | 'cc0-1.0'
  | 'cc-by-4.0'
  | 'cc-by-sa-4.0'
  | 'cc-by-nc-4.0'
  | 'cc-by-nc-sa-4.0'
  | 'cc-by-nd-4.0'
  | 'cc-by-nc-nd-4.0';

/** What its owner says about an image. */
export type ImageDetails = {
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  /** For those who cannot see it. */
  readonly altText: string;
  readonly licence: Licence;
};

/** The file as it is stored: upright, and without what the camera recorded. */
export type ImageFile = {
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
};

/** Its file is about to be stored. Either it is uploaded later, or the upload is abandoned. */
export type ImageUploadBegun = Message<'ImageUploadBegun', { imageId: ImageId; owner: UserId; begunAt: Instant }>;

/** The upload was refused, or broke off. Its file is removed, and its id is never used again. */
export type ImageUploadAbandoned = Message<'ImageUploadAbandoned', { imageId: ImageId; abandonedAt: Instant }>;

/** The file is stored, and the image belongs to the gallery. */
export type ImageUploaded = Message<
  'ImageUploaded',
  ImageDetails & { imageId: ImageId; owner: UserId; file: ImageFile; visibility: Visibility; uploadedAt: Instant }
>;

/** The owner says something else about it. */
export type ImageDescribed = Message<'ImageDescribed', ImageDetails & { imageId: ImageId }>;

/** Others see it who did not, or no longer do. */
export type ImageVisibilityChanged = Message<'ImageVisibilityChanged', { imageId: ImageId; visibility: Visibility }>;

/** It is gone, and its file with it. */
export type ImageDeleted = Message<'ImageDeleted', { imageId: ImageId; deletedAt: Instant }>;

/** Why somebody flags an image. */
export type FlagReason = 'not-a-creation' | 'offensive' | 'copyright' | 'personal-data' | 'spam' | 'other';

/** Somebody says that it does not belong here. A trusted flag hides it alone. */
export type ImageFlagged = Message<
  'ImageFlagged',
  { imageId: ImageId; flagger: UserId; reason: FlagReason; words: string; trusted: boolean; flaggedAt: Instant }
>;

/** It was flagged often enough to leave the public gallery until a moderator has decided. */
export type ImageHidden = Message<'ImageHidden', { imageId: ImageId; hiddenAt: Instant }>;

/** A moderator took on its review, and has until then to decide. */
export type ReviewClaimed = Message<
  'ReviewClaimed',
  { imageId: ImageId; moderator: UserId; claimedAt: Instant; until: Instant }
>;

/** A moderator decided what becomes of it, by a rule and for a reason that its owner reads. */
export type ReviewDecided = Message<
  'ReviewDecided',
  {
    imageId: ImageId;
    moderator: UserId;
    decision: ReviewDecision;
    rule: string;
    reason: string;
    decidedAt: Instant;
  }
>;

/** Its owner objects to the decision. */
export type DecisionAppealed = Message<'DecisionAppealed', { imageId: ImageId; words: string; appealedAt: Instant }>;

/** Another moderator took the decision back: the image is as it was before it was flagged. */
export type DecisionReversed = Message<
  'DecisionReversed',
  { imageId: ImageId; moderator: UserId; reason: string; reversedAt: Instant }
>;

/** Whoever flagged it was erased: the flag counts on, without name and words. */
export type FlaggerForgotten = Message<'FlaggerForgotten', { imageId: ImageId; flagger: UserId }>;

export type ModerationEvent =
  ImageFlagged | ImageHidden | ReviewClaimed | ReviewDecided | DecisionAppealed | DecisionReversed | FlaggerForgotten;

export type ImageEvent =
  | ImageUploadBegun
  | ImageUploadAbandoned
  | ImageUploaded
  | ImageDescribed
  | ImageVisibilityChanged
  | ImageDeleted
  | ModerationEvent;
