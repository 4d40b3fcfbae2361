import type { FoldedState } from '@lego-moc/application/state-cache';
import { userOf } from '@lego-moc/http/caller';
import { problem, ok } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { reject, unreachable } from '@lego-moc/kernel/decider';
import type { MocUpload } from '../../application/processes/moc-upload-state.ts';
import { FILE_FIELDS, type UploadReply } from '../../contracts/writing-api.ts';
import type { FileKind } from '../../domain/moc-events.ts';
import type { MocRejection } from '../../domain/moc.ts';
import { refusal } from './rejection-status.ts';
import { readUpload } from './reading-contracts.ts';

/** The form field for files of this kind, as a JSON pointer. */
const fieldOf = (kind: FileKind): string | undefined =>
  Object.entries(FILE_FIELDS).flatMap(([field, fieldKind]) => (fieldKind === kind ? [`/${field}`] : []))[0];

export type FailedUpload = Extract<MocUpload, { step: 'undoing' | 'undone' }>;

/** The problem that ended an upload. */
export const uploadProblem = ({ code, because, kind, details }: FailedUpload) =>
  refusal(reject(code, because, details), kind === undefined ? undefined : fieldOf(kind));

/** Whether the file that an upload brought equals the one that was there: the upload is undone, and nothing is wrong. */
export const isUnchanged = ({ code }: FailedUpload): boolean =>
  code === ('parts-list-unchanged' satisfies MocRejection);

/** An upload as its sender sees it. */
export const uploadReplyOf = (uploadId: string, upload: Exclude<MocUpload, { step: 'not-begun' }>): UploadReply => {
  const pending = { uploadId, mocId: null };
  switch (upload.step) {
    case 'receiving':
      return { ...pending, status: 'receiving' };
    case 'securing-title':
    case 'preparing-links':
    case 'planning-copies':
    case 'copying':
    case 'filing':
      return { ...pending, status: 'processing' };
    case 'requesting':
    case 'complete':
      return { uploadId, status: 'filed', mocId: upload.mocId };
    case 'undoing':
    case 'undone': {
      if (isUnchanged(upload)) return { uploadId, status: 'filed', mocId: upload.mocId };
      const { type, title, status, detail } = uploadProblem(upload).body;
      return { ...pending, status: 'failed', problem: { type, title, status, detail } };
    }
    default:
      return unreachable(upload);
  }
};

const noSuchUpload = problem(404, 'upload-not-found', 'There is no such upload.');

/** The status of an upload, for its sender only. */
export const uploadStatusRoute = (load: (uploadId: string) => Promise<FoldedState<MocUpload>>) =>
  route(readUpload, async ({ request, params: { uploadId } }) => {
    const { state } = await load(uploadId);
    if (state.step === 'not-begun' || state.owner !== userOf(request).id) return noSuchUpload;
    return ok(uploadReplyOf(uploadId, state), { headers: { 'cache-control': 'no-store' } });
  });
