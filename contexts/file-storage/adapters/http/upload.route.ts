import type { Request, Router } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { problem, refuse } from '@lego-moc/http/problem';
import { created, ok, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { limitFor, fileTooLarge, type UploadFile } from '../../application/upload-file.ts';
import type { ContentKey, FileId } from '../../domain/file-events.ts';
import type { FileRejection } from '../../domain/file.ts';
import { fileView } from '../../application/file-view.ts';
import { uploadContract } from './routes.ts';

/** Complete by construction: a new rejection does not compile until it has a status. */
const STATUS: Record<FileRejection, number> = {
  'empty-file': 422,
  'media-type-refused': 422,
  'image-unreadable': 422,
  infected: 422,
  'file-too-large': 413,
  'file-id-taken': 409,
  'upload-abandoned': 409,
  'upload-recorded': 409,
  'file-discarded': 410,
};

/** A sender who has been refused gets this long to stop sending and read why. */
const FAREWELL_MS = 5_000;

/** Many clients read an answer only when they have sent everything: what they still send is let go by, for a while. */
const dropRest = (request: Request): void => {
  if (request.complete) return;
  const limit = setTimeout(() => request.socket.destroy(), FAREWELL_MS).unref();
  request.once('close', () => clearTimeout(limit));
  request.resume();
};

const refused = (request: Request, { rejected, because }: Rejection<FileRejection>): Reply => {
  dropRest(request);
  return problem(STATUS[rejected], rejected, because);
};

/** A sender who is silent for this long has gone; the sweep relies on it. */
const SILENCE_MAX_MS = 15_000;

const declaredLength = (request: Request): number => Number(request.get('content-length') ?? 0);

/** The body without destroying the connection when it is left unread: the sender must still get the answer. */
const bodyOf = (request: Request): AsyncIterable<Uint8Array> => {
  request.setTimeout(SILENCE_MAX_MS, () => request.destroy(new Error('The sender went silent')));
  // Whoever has sent everything waits in silence: for the scan, and for a picture to be developed.
  request.once('end', () => request.setTimeout(0));
  return { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) };
};

/** A sender who hangs up is no fault of ours, and nobody is left to answer. */
const unlessHungUp = async <T>(request: Request, work: Promise<T>): Promise<T> => {
  try {
    return await work;
  } catch (error) {
    if (request.errored === null) throw error;
    return refuse(400, 'request-aborted', 'The request ended before its body was complete. Nothing was kept.');
  }
};

/** `bytesMax` is the limit of this installation; see `UploadOptions`. */
export const uploadRoute = (upload: UploadFile, bytesMax?: number): Router =>
  route(uploadContract, async ({ query, request }) => {
    const limit = limitFor(query.purpose, bytesMax);
    if (declaredLength(request) > limit) return refused(request, fileTooLarge(query.purpose, limit));

    const fileId = query.fileId as FileId;
    const arrival = {
      fileId,
      owner: query.owner as UserId,
      purpose: query.purpose,
      name: query.name,
      key: `${fileId}/${newId()}` as ContentKey,
    };
    const outcome = await unlessHungUp(request, upload(arrival, bodyOf(request), causeOf(request)));
    if (isRejection<FileRejection>(outcome)) return refused(request, outcome);
    const body = fileView(outcome.file);
    return outcome.isNew ? created(`/internal/v1/files/${fileId}`, body) : ok(body);
  });
