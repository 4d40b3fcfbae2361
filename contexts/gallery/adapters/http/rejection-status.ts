import { problem, type ProblemReply } from '@lego-moc/http/problem';
import type { Rejection } from '@lego-moc/kernel/decider';
import type { UploadRefusal } from '@lego-moc/file-storage/contracts/http-api';
import type { AlbumRejection } from '../../domain/album.ts';
import type { FlaggerRejection } from '../../domain/flagger.ts';
import type { ImageRejection } from '../../domain/image.ts';
import type { OwnerRejection } from '../../domain/owner.ts';

type KnownRejection = ImageRejection | AlbumRejection | OwnerRejection | FlaggerRejection | UploadRefusal;

/** Complete: a new rejection does not compile until it has a status. */
const STATUS: Record<KnownRejection, number> = {
  'image-not-found': 404,
  'image-deleted': 410,
  'album-not-found': 404,
  'album-deleted': 410,
  'album-full': 409,
  'cover-not-in-album': 422,
  'order-names-unknown-image': 422,
  'order-repeats-image': 422,
  'not-the-owner': 403,
  'user-erased': 410,
  'image-limit-reached': 409,
  'album-limit-reached': 409,
  'nothing-to-review': 409,
  'review-not-claimed': 409,
  'review-claimed': 409,
  'nothing-to-appeal': 409,
  'own-decision': 403,
  'too-many-flags': 429,
  'idempotency-key-reused': 422,
  'empty-file': 422,
  'media-type-refused': 422,
  'image-unreadable': 422,
  'archive-refused': 422,
  infected: 422,
  'file-too-large': 413,
  'quota-exceeded': 413,
  'file-id-taken': 422,
  'file-discarded': 409,
  'upload-abandoned': 409,
  'too-many-uploads': 429,
};

/** Of refusals that end by themselves, in seconds. */
const RETRY_AFTER: Partial<Record<string, string>> = { 'too-many-uploads': '10' };

/** The field of the request that a rejection is about, as a JSON pointer. */
const FIELD: Partial<Record<string, string>> = {
  'cover-not-in-album': '/coverImageId',
  'order-names-unknown-image': '/order',
  'order-repeats-image': '/order',
  'media-type-refused': '/image',
  'image-unreadable': '/image',
};

/** A rejection as problem details. */
export const refusal = ({ rejected, because, details }: Rejection): ProblemReply => {
  // The id of an image follows from the key: another content under it is another upload under the same key.
  if (rejected === 'file-id-taken')
    return problem(422, 'idempotency-key-reused', 'This Idempotency-Key was used for another upload.');
  const status = (STATUS as Partial<Record<string, number>>)[rejected] ?? 422;
  const pointer = FIELD[rejected];
  const retryAfter = RETRY_AFTER[rejected];
  return problem(status, rejected, because, {
    ...(retryAfter === undefined ? {} : { headers: { 'retry-after': retryAfter } }),
    ...(pointer === undefined ? {} : { errors: [{ pointer, detail: because }] }),
    ...(details === undefined ? {} : { members: details }),
  });
};

/** The answer to everybody who may not see an image, whether it exists or not. */
export const noSuchImage = problem(404, 'image-not-found', 'There is no such image.');
export const noSuchAlbum = problem(404, 'album-not-found', 'There is no such album.');
