import { Router, type Request } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { rejectUnstorableText } from '@lego-moc/http/storable-text';
import { userOf } from '@lego-moc/http/caller';
import { created, problem, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection } from '@lego-moc/kernel/decider';
import type { MocReader } from '../../application/ports/moc-reader.ts';
import type { UploadIntent } from '../../application/processes/moc-upload-events.ts';
import type { ReceiveUpload, Upload, UploadPart } from '../../application/upload-reception.ts';
import { addFilesFields, FILE_FIELDS, uploadMocFields } from '../../contracts/http-api.ts';
import type { FileKind, MocId } from '../../domain/moc-events.ts';
import { multipartParts } from './multipart.ts';
import { noSuchMoc, refusal } from './rejection-status.ts';
import { addFiles, addPartsList, draftMoc, uploadMoc } from './writing-contracts.ts';

type Fields = ReadonlyMap<string, readonly string[]>;

const storableFields = (fields: Fields): Record<string, readonly string[]> => {
  const sent = Object.fromEntries(fields);
  rejectUnstorableText(sent);
  return sent;
};

const newMocIntent = (fields: Fields): UploadIntent => ({
  kind: 'create',
  ...uploadMocFields.parse(storableFields(fields)),
});

const moreFilesIntent = (fields: Fields): UploadIntent => ({
  kind: 'add',
  partsListTitle: addFilesFields.parse(storableFields(fields)).title,
});

// eslint-disable-next-line @typescript-eslint/require-await -- an async iterable of nothing
async function* noParts(): AsyncGenerator<UploadPart> {
  yield* [];
}

/** The form's field that files of this kind are sent in, as a JSON pointer. */
const fieldOf = (kind: FileKind): string | undefined =>
  Object.entries(FILE_FIELDS).flatMap(([field, known]) => (known === kind ? [`/${field}`] : []))[0];

/** A new MOC, with or without files, and more files for one: all are uploads, finished or undone as a whole. */
export const uploadRoutes = (receive: ReceiveUpload, reader: MocReader): Router => {
  const reply = async (request: Request, upload: Omit<Upload, 'uploadId' | 'owner' | 'cause'>): Promise<Reply> => {
    const cause = causeOf(request);
    const outcome = await receive({ ...upload, uploadId: cause.commandId, owner: userOf(request).id, cause });
    if (isRejection(outcome)) {
      const answer = refusal(outcome);
      return outcome.rejected === 'request-in-progress' ? retryLater(answer) : answer;
    }
    if (outcome.step === 'undoing' || outcome.step === 'undone') {
      const { code: rejected, because, kind } = outcome;
      return refusal({ rejected, because }, kind === undefined ? undefined : fieldOf(kind));
    }
    if (!('mocId' in outcome)) throw new Error(`Upload ${cause.commandId} ended where it began`);
    const moc = await reader.latest(outcome.mocId);
    return moc === undefined
      ? problem(410, 'moc-deleted', 'The MOC was deleted meanwhile.')
      : created(`/v1/mocs/${moc.mocId}`, moc, moc.revision);
  };

  /** Only the owner may add files; anybody else is refused before they send a hundred megabytes. */
  const replyToOwner = async (request: Request, mocId: MocId): Promise<Reply> => {
    const moc = await reader.latest(mocId);
    if (moc === undefined || moc.owner !== userOf(request).id) return noSuchMoc;
    return reply(request, { mocId, parts: multipartParts(request), intentOf: moreFilesIntent });
  };

  return Router().use(
    route(draftMoc, ({ request, body }) =>
      reply(request, { parts: noParts(), intentOf: () => ({ kind: 'create', ...body }) }),
    ),
    route(uploadMoc, ({ request }) => reply(request, { parts: multipartParts(request), intentOf: newMocIntent })),
    route(addFiles, ({ request, params }) => replyToOwner(request, params.mocId as MocId)),
    route(addPartsList, ({ request, params }) => replyToOwner(request, params.mocId as MocId)),
  );
};

const retryLater = (answer: Reply): Reply => ({ ...answer, headers: { ...answer.headers, 'retry-after': '15' } });
