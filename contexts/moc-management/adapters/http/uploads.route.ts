import { Router, type Request, type RequestHandler } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { rejectUnstorableText } from '@lego-moc/http/storable-text';
import { userOf } from '@lego-moc/http/caller';
import { acceptedReply, createdReply, ok, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import { expectedRevision } from '@lego-moc/http/if-match';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocReader } from '../../application/ports/moc-reader.ts';
import type { UploadIntent } from '../../application/processes/moc-upload-events.ts';
import type { ReceiveUpload, Upload, UploadPart } from '../../application/upload-reception.ts';
import { type MocReply } from '../../contracts/http-api.ts';
import {
  addFilesFields,
  replacePartsListFields,
  uploadMocFields,
  type AttachStoredFileRequest,
} from '../../contracts/writing-api.ts';
import type { FileId, MocId, PartsListId } from '../../domain/moc-events.ts';
import { descriptionOf, galleryItemsIn, parentIn } from './described.ts';
import { multipartParts, onePartsList } from './multipart.ts';
import { noSuchMoc, refusal } from './rejection-status.ts';
import { isUnchanged, uploadProblem, uploadReplyOf } from './upload-status.ts';
import { addFiles, addPartsList, draftMoc, putPartsList, uploadMoc } from './writing-contracts.ts';

type Fields = ReadonlyMap<string, readonly string[]>;

const storableFields = (fields: Fields): Record<string, readonly string[]> => {
  const values = Object.fromEntries(fields);
  rejectUnstorableText(values);
  return values;
};

const newMocIntent = (fields: Fields): UploadIntent => {
  const mocFields = uploadMocFields.parse(storableFields(fields));
  return { kind: 'create', ...descriptionOf(mocFields), ...parentIn(mocFields), ...galleryItemsIn(mocFields) };
};

const moreFilesIntent = (fields: Fields): UploadIntent => ({
  kind: 'add',
  partsListTitle: addFilesFields.parse(storableFields(fields)).title,
});

const replacementIntent =
  (partsListId: PartsListId, expected: bigint | undefined) =>
  (fields: Fields): UploadIntent => {
    replacePartsListFields.parse(storableFields(fields));
    return { kind: 'replace', partsListId, ...(expected === undefined ? {} : { revision: String(expected) }) };
  };

const isForm = (request: Request): boolean => typeof request.is('multipart/form-data') === 'string';

/** For a path that takes JSON as well. */
const formsOnly =
  (routes: RequestHandler): RequestHandler =>
  (request, response, next) =>
    isForm(request) ? routes(request, response, next) : next();

// eslint-disable-next-line @typescript-eslint/require-await -- parts of a form arrive in time, these are there
async function* partsOf(...parts: readonly UploadPart[]): AsyncGenerator<UploadPart> {
  yield* parts;
}

/** Receives an upload, and answers it. */
const uploadReply = (receive: ReceiveUpload, reader: MocReader) => {
  const mocAsItIs = async (mocId: MocId, owner: UserId): Promise<Reply> => {
    const moc = await reader.latest(mocId, owner);
    return moc === undefined ? deletedMeanwhile : ok(moc, { etag: moc.revision });
  };

  return async (request: Request, upload: Omit<Upload, 'uploadId' | 'owner' | 'cause'>): Promise<Reply> => {
    const cause = causeOf(request);
    const { id: owner, roles } = userOf(request);
    const outcome = await receive({ ...upload, uploadId: cause.commandId, owner, roles, cause });
    if (isRejection(outcome)) {
      const answer = refusal(outcome);
      return outcome.rejected === 'request-in-progress' ? retryLater(answer) : answer;
    }
    const uploadId = cause.commandId;
    if (outcome.step === 'undoing' || outcome.step === 'undone')
      return isUnchanged(outcome) ? mocAsItIs(outcome.mocId, owner) : uploadProblem(outcome);
    if (outcome.step === 'not-begun') throw new Error(`Upload ${uploadId} ended where it began`);
    if (outcome.step !== 'requesting' && outcome.step !== 'complete')
      return acceptedReply(`/v1/uploads/${uploadId}`, uploadReplyOf(uploadId, outcome));
    if (outcome.intent.kind === 'replace') return mocAsItIs(outcome.mocId, owner);
    const moc = await reader.latest(outcome.mocId, owner);
    return moc === undefined ? deletedMeanwhile : createdReply(`/v1/mocs/${moc.mocId}`, moc, moc.revision);
  };
};

/**
 * A new MOC, with or without files, and more files for one: all are uploads, added or undone as a whole. Answers 202
 * when the process will finish a complete upload, but has not yet.
 */
export const uploadRoutes = (receive: ReceiveUpload, reader: MocReader): Router => {
  const reply = uploadReply(receive, reader);

  /** Only the owner may add files; anybody else is refused before they send a hundred megabytes. */
  const ownedMoc = async (request: Request, mocId: MocId): Promise<MocReply | undefined> => {
    const moc = await reader.latest(mocId, userOf(request).id);
    return moc?.owner === userOf(request).id ? moc : undefined;
  };

  const replyToOwner = async (request: Request, mocId: MocId): Promise<Reply> => {
    if ((await ownedMoc(request, mocId)) === undefined) return noSuchMoc;
    return reply(request, { mocId, parts: multipartParts(request), intentOf: moreFilesIntent });
  };

  const attachStored = async (
    request: Request,
    mocId: MocId,
    { fileId, title: partsListTitle }: AttachStoredFileRequest,
  ): Promise<Reply> => {
    if ((await ownedMoc(request, mocId)) === undefined) return noSuchMoc;
    const source = fileId as FileId;
    return reply(request, {
      mocId,
      parts: partsOf({ source }),
      intentOf: () => ({ kind: 'add', partsListTitle, source }),
    });
  };

  const replaceList = async (request: Request, mocId: MocId, partsListId: PartsListId): Promise<Reply> => {
    const moc = await ownedMoc(request, mocId);
    if (moc === undefined) return noSuchMoc;
    if (!moc.partsLists.some((list) => list.partsListId === partsListId)) return noSuchList;
    const intentOf = replacementIntent(partsListId, expectedRevision(request));
    return reply(request, { mocId, parts: onePartsList(request), intentOf });
  };

  return Router().use(
    route(draftMoc, ({ request, body }) =>
      reply(request, {
        parts: partsOf(),
        intentOf: () => ({ kind: 'create', ...descriptionOf(body), ...parentIn(body), ...galleryItemsIn(body) }),
      }),
    ),
    route(uploadMoc, ({ request }) => reply(request, { parts: multipartParts(request), intentOf: newMocIntent })),
    route(addFiles, ({ request, params, body }) =>
      isForm(request)
        ? replyToOwner(request, params.mocId as MocId)
        : attachStored(request, params.mocId as MocId, body),
    ),
    route(addPartsList, ({ request, params }) => replyToOwner(request, params.mocId as MocId)),
    formsOnly(
      route(putPartsList, ({ request, params }) =>
        replaceList(request, params.mocId as MocId, params.partsListId as PartsListId),
      ),
    ),
  );
};

const deletedMeanwhile = problem(410, 'moc-deleted', 'The MOC was deleted meanwhile.');
const noSuchList = problem(404, 'parts-list-not-found', 'The MOC has no such parts list.');

const retryLater = (answer: Reply): Reply => ({ ...answer, headers: { ...answer.headers, 'retry-after': '5' } });
