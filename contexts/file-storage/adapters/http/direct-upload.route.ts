import { Router } from 'express';
import { requireUser } from '@lego-moc/auth-middleware/authenticate';
import { userOf } from '@lego-moc/http/caller';
import { causeOf } from '@lego-moc/http/cause';
import { problem } from '@lego-moc/http/problem';
import { noContent, ok, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { displayName } from '@lego-moc/kernel/display-name';
import type { ObjectStore } from '@lego-moc/object-storage/object-store';
import type { DirectUploadRejection, DirectUploads } from '../../application/direct-uploads.ts';
import { fileView } from '../../application/file-view.ts';
import { incomingKey } from '../../application/offers.ts';
import type { FileId } from '../../domain/file-events.ts';
import { TOO_MANY_UPLOADS, uploadProblem } from './upload-problem.ts';
import { beginUploadContract, cancelUploadContract, completeUploadContract } from './routes.ts';
import type { BeginUpload } from './uploads-in-flight.ts';

const DIRECT: Partial<Record<DirectUploadRejection, number>> = { 'upload-not-found': 404, 'upload-incomplete': 409 };

const refusal = ({ rejected, ...rest }: Rejection<DirectUploadRejection>): Reply =>
  rejected === 'upload-not-found' || rejected === 'upload-incomplete'
    ? problem(DIRECT[rejected] ?? 409, rejected, rest.because)
    : uploadProblem({ rejected, ...rest });

/** The id of an upload follows from the key of its request, so that another one under the key is refused. */
const beginRefusal = (rejection: Rejection<DirectUploadRejection>): Reply =>
  rejection.rejected === 'file-id-taken'
    ? problem(422, 'idempotency-key-reused', 'This Idempotency-Key was used for another request.')
    : refusal(rejection);

/** Routes for uploads that go to the object store directly. Completing one costs as much as an ordinary upload. */
export const directUploadRoutes = (
  uploads: DirectUploads,
  objects: Pick<ObjectStore, 'uploadForm'>,
  begin: BeginUpload,
): Router =>
  Router().use(
    Router().use('/v1/storage/uploads', requireUser),

    route(beginUploadContract, async ({ body, request }) => {
      const { id: owner, roles } = userOf(request);
      const announcement = { ...body, owner, name: displayName(body.name) };
      const offer = await uploads.begin(announcement, roles, causeOf(request));
      if (isRejection<DirectUploadRejection>(offer)) return beginRefusal(offer);
      const { fileId, mediaType, size, expiresAt } = offer;
      const form = await objects.uploadForm(incomingKey(fileId), { mediaType, size, expiresAt });
      return { status: 201, body: { uploadId: fileId, ...form, expiresAt } };
    }),

    route(completeUploadContract, async ({ params, request }) => {
      const sender = userOf(request);
      const end = await begin(sender.id);
      if (end === undefined) return TOO_MANY_UPLOADS;
      const outcome = await uploads.complete(params.uploadId as FileId, sender, causeOf(request)).finally(end);
      if (isRejection<DirectUploadRejection>(outcome)) return refusal(outcome);
      return ok(fileView(outcome.file));
    }),

    route(cancelUploadContract, async ({ params, request }) => {
      const rejection = await uploads.cancel(params.uploadId as FileId, userOf(request).id, causeOf(request));
      return rejection === undefined ? noContent() : refusal(rejection);
    }),
  );
