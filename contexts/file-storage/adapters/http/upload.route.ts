import type { Request, Router } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { refuse } from '@lego-moc/http/problem';
import { createdReply, ok, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { discardRest } from '@lego-moc/http/unread-body';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { limitFor, fileTooLarge, type UploadFile, type UploadRejection } from '../../application/upload-file.ts';
import type { ContentKey, FileId } from '../../domain/file-events.ts';
import { displayName } from '@lego-moc/kernel/display-name';
import { fileView } from '../../application/file-view.ts';
import { uploadContract } from './routes.ts';
import { TOO_MANY_UPLOADS, uploadProblem } from './upload-problem.ts';
import type { BeginUpload } from './uploads-in-flight.ts';

/** A refused client may send the rest for this long, and then read the reason. */
const DISCARD_MS = 5_000;

const refuseUpload = (request: Request, rejection: Rejection<UploadRejection>): Reply => {
  discardRest(request, DISCARD_MS);
  return uploadProblem(rejection);
};

const refuseExcess = (request: Request): Reply => {
  discardRest(request, DISCARD_MS);
  return TOO_MANY_UPLOADS;
};

/** A client that sends nothing for this long is gone; the sweep relies on it. */
const SILENCE_MAX_MS = 15_000;

const declaredLength = (request: Request): number => Number(request.get('content-length') ?? 0);

/** The body; the connection is not destroyed when it is left unread, since the client must still get its answer. */
const bodyOf = (request: Request): AsyncIterable<Uint8Array> => {
  request.setTimeout(SILENCE_MAX_MS, () => request.destroy(new Error('The client stopped sending')));
  // A client that has sent everything is silent while it waits for the scan, and for its image to be processed.
  request.once('end', () => request.setTimeout(0));
  return { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) };
};

/** A client that hangs up is no fault of the service, and the answer would have no reader. */
const mapAbort = async <T>(request: Request, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (request.errored === null) throw error;
    return refuse(
      400,
      'request-aborted',
      'The request ended before its body was complete. Nothing was stored. Send it again.',
    );
  }
};

/** `bytesMax` is the limit of this installation; see `UploadOptions`. */
export const uploadRoute = (upload: UploadFile, begin: BeginUpload, bytesMax?: number): Router =>
  route(uploadContract, async ({ query, request }) => {
    const limit = limitFor(query.purpose, bytesMax);
    if (declaredLength(request) > limit) return refuseUpload(request, fileTooLarge(query.purpose, limit));

    const end = await begin(query.owner);
    if (end === undefined) return refuseExcess(request);
    const fileId = query.fileId as FileId;
    const file = {
      fileId,
      owner: query.owner as UserId,
      purpose: query.purpose,
      name: displayName(query.name),
      roles: query.roles,
      ...(query.watermark === undefined ? {} : { watermark: true as const }),
      declaredSize: declaredLength(request),
      key: `${fileId}/${newId()}` as ContentKey,
    };
    const outcome = await mapAbort(request, upload(file, bodyOf(request), causeOf(request))).finally(end);
    if (isRejection<UploadRejection>(outcome)) return refuseUpload(request, outcome);
    const body = fileView(outcome.file);
    return outcome.isNew ? createdReply(`/internal/v1/files/${fileId}`, body) : ok(body);
  });
