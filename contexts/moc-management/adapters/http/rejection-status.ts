import { problem, type ProblemReply } from '@lego-moc/http/problem';
import type { Rejection } from '@lego-moc/kernel/decider';
import type { CopyRefusal, UploadRefusal } from '@lego-moc/file-storage/contracts/http-api';
import type { ReceptionRejection } from '../../application/upload-reception.ts';
import type { FeedRefusal } from '../../application/feeds.ts';
import type { CommentRejection } from '../../domain/comment.ts';
import type { CommenterRejection } from '../../domain/commenter.ts';
import type { InterestRejection } from '../../domain/interests.ts';
import type { LineageRejection } from '../../domain/lineage.ts';
import type { LinkedItemRejection } from '../../domain/linked-item.ts';
import type { MocRejection } from '../../domain/moc.ts';
import type { OwnerRejection } from '../../domain/owner.ts';
import type { WebhookRejection } from '../../domain/webhooks.ts';
import type { ClaimRejection } from '../../application/titles.ts';

type KnownRejection =
  | CommentRejection
  | CommenterRejection
  | InterestRejection
  | LineageRejection
  | LinkedItemRejection
  | MocRejection
  | OwnerRejection
  | WebhookRejection
  | ClaimRejection
  | ReceptionRejection
  | UploadRefusal
  | CopyRefusal
  | 'upload-interrupted'
  | FeedRefusal['rejected']
  | 'revision-moved';

/** Complete: a new rejection does not compile until it has a status. */
const STATUS: Record<KnownRejection, number> = {
  'moc-not-found': 404,
  'builder-not-found': 404,
  'moc-id-taken': 409,
  'moc-deleted': 410,
  'not-the-owner': 403,
  'file-holds-parts-list': 409,
  'too-many-files': 409,
  'order-mismatch': 422,
  'parts-list-not-found': 404,
  /** Of an upload that changed nothing; its sender gets the MOC as it is, with 200. */
  'parts-list-unchanged': 409,
  'revision-moved': 412,
  'instructions-missing': 409,
  'parts-missing': 409,
  'parts-unread': 409,
  'parts-unavailable': 409,
  'too-many-versions': 409,
  'version-not-found': 404,
  'too-many-gallery-links': 409,
  'gallery-item-not-found': 422,
  'cover-not-linked': 422,
  'comment-not-found': 404,
  'comment-deleted': 410,
  'comment-hidden': 409,
  'not-the-author': 403,
  'comment-limit-reached': 409,
  'too-many-comments': 429,
  'too-many-flags': 429,
  'nothing-to-review': 409,
  'review-not-claimed': 409,
  'review-claimed': 409,
  'nothing-to-appeal': 409,
  'own-decision': 403,
  'too-many-interests': 409,
  'user-erased': 410,
  'webhook-not-found': 404,
  'webhook-removed': 410,
  'too-many-webhooks': 409,
  'title-taken': 409,
  'set-number-taken': 409,
  'not-a-set': 409,
  'own-successor': 422,
  'successor-not-found': 422,
  'licence-bound': 409,
  'licence-forbids-derivatives': 403,
  'parent-not-found': 422,
  'request-in-progress': 409,
  'idempotency-key-reused': 422,
  'upload-interrupted': 408,
  'empty-file': 422,
  'media-type-refused': 422,
  'image-unreadable': 422,
  'archive-refused': 422,
  infected: 422,
  'file-too-large': 413,
  'quota-exceeded': 413,
  'file-id-taken': 409,
  'file-discarded': 409,
  'file-not-found': 422,
  'upload-abandoned': 409,
  'too-many-uploads': 429,
};

/** Of refusals that end by themselves, in seconds. */
const RETRY_AFTER: Partial<Record<string, string>> = { 'too-many-uploads': '10', 'too-many-comments': '60' };

/** The request field that a rejection concerns, as a JSON pointer. */
const FIELD: Partial<Record<string, string>> = {
  'title-taken': '/title',
  'set-number-taken': '/setNumber',
  'licence-bound': '/licence',
  'licence-forbids-derivatives': '/parentMocId',
  'parent-not-found': '/parentMocId',
  'file-not-found': '/fileId',
  'order-mismatch': '/order',
  'cover-not-linked': '/imageId',
  'own-successor': '/mocId',
  'successor-not-found': '/mocId',
};

/** A rejection as problem details; `pointer` names the field where the code alone does not. */
export const refusal = ({ rejected, because, details }: Rejection, pointer = FIELD[rejected]): ProblemReply => {
  const status = (STATUS as Partial<Record<string, number>>)[rejected] ?? 422;
  const retryAfter = RETRY_AFTER[rejected];
  return problem(status, rejected, because, {
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
    ...(pointer === undefined ? {} : { errors: [{ pointer, detail: because }] }),
    ...(details === undefined ? {} : { members: details }),
  });
};

/** For all users but its owner a draft does not exist. */
export const noSuchMoc = problem(404, 'moc-not-found', 'There is no such MOC.');

export const noSuchWebhook = problem(404, 'webhook-not-found', 'There is no such webhook.');
