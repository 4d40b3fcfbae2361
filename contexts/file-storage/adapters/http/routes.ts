import { z } from 'zod';
import { defineRoute } from '@lego-moc/http/route-contract';
import {
  copyQuery,
  directUploadForm,
  directUploadParams,
  directUploadRequest,
  fileParams,
  linkedImages,
  linkedImagesQuery,
  quotaList,
  quotaRequest,
  roleQuotaParams,
  signedUrl,
  signedUrlQuery,
  storageUsage,
  storedFile,
  uploadQuery,
  userQuota,
  userQuotaParams,
} from '../../contracts/http-api.ts';

const ABSENCES = { 404: { description: 'No such file' }, 410: { description: 'The file was discarded' } } as const;

/** The content is the raw body of the request, of any length up to the limit, with or without Content-Length. */
export const uploadContract = defineRoute({
  method: 'post',
  path: '/internal/v1/upload',
  summary: 'Store a file',
  description: 'Of an image, a WebP is stored: upright and without metadata.',
  access: 'service',
  query: uploadQuery,
  upload: { mediaType: 'application/octet-stream' },
  replies: {
    200: { description: 'The same content was stored under this id before', schema: storedFile },
    201: { description: 'Stored', schema: storedFile },
    400: { description: 'The request ended before its body was complete' },
    409: { description: 'The id names another file, or the upload took too long' },
    410: { description: 'The id was discarded' },
    413: { description: 'Too large, or more than the owner’s quota has room for' },
    422: {
      description: 'Empty, infected, an image that cannot be decoded, or of a type that does not serve the purpose',
    },
    429: { description: 'Too many uploads of this owner at the same time' },
  },
});

export const copyContract = defineRoute({
  method: 'post',
  path: '/internal/v1/copy',
  summary: 'Make another file of the content of a stored one',
  description:
    'Both have the same purpose. Of one owner the content is stored and counted once; for another owner than that of the source it is stored and counted again.',
  access: 'service',
  query: copyQuery,
  replies: {
    200: { description: 'Copied before', schema: storedFile },
    201: { description: 'Copied', schema: storedFile },
    404: { description: 'The owner of the source has no such file' },
    409: { description: 'The id names another file, or the copy took too long' },
    410: { description: 'The id was discarded' },
    413: { description: 'More than the quota of the copy’s owner has room for' },
    422: { description: 'Infected, as the scanner knows by now' },
  },
});

export const describeContract = defineRoute({
  method: 'get',
  path: '/internal/v1/files/:fileId',
  summary: 'Describe a file',
  access: 'service',
  params: fileParams,
  replies: { 200: { description: 'The file', schema: storedFile }, ...ABSENCES },
});

export const contentContract = defineRoute({
  method: 'get',
  path: '/internal/v1/files/:fileId/content',
  summary: 'Read a file',
  access: 'service',
  params: fileParams,
  replies: { 200: { description: 'The content', mediaType: 'application/octet-stream' }, ...ABSENCES },
});

export const signedUrlContract = defineRoute({
  method: 'get',
  path: '/internal/v1/signed-url',
  summary: 'Make a signed URL that anybody may read the file from until it expires',
  access: 'service',
  query: signedUrlQuery,
  replies: { 200: { description: 'The URL', schema: signedUrl }, ...ABSENCES },
});

export const linkedImagesContract = defineRoute({
  method: 'get',
  path: '/internal/v1/images',
  summary: 'Describe images, with a signed URL of each rendition',
  access: 'service',
  query: linkedImagesQuery,
  replies: { 200: { description: 'Those that exist and were processed', schema: linkedImages } },
});

export const discardContract = defineRoute({
  method: 'delete',
  path: '/internal/v1/files/:fileId',
  summary: 'Discard a file, or an upload that is still under way',
  access: 'service',
  params: fileParams,
  replies: { 204: { description: 'Discarded; the id takes no content any more' } },
});

export const downloadContract = defineRoute({
  method: 'get',
  path: '/files/:fileId/:attempt',
  summary: 'Read a file by a signed URL',
  access: 'anyone',
  params: z.object({ fileId: z.string(), attempt: z.string() }),
  replies: {
    200: { description: 'The content', mediaType: '*/*' },
    206: { description: 'A part of it', mediaType: '*/*' },
    403: { description: 'The URL was changed, or has expired' },
    404: { description: 'The file is gone' },
    416: { description: 'The range lies beyond the file' },
  },
});

export const beginUploadContract = defineRoute({
  method: 'post',
  path: '/v1/storage/uploads',
  summary: 'Begin an upload that goes to the object store directly',
  description:
    'Space is reserved at once. Send the fields of the answer, then the file as `file`, as multipart/form-data to its `url`; then complete the upload.',
  body: directUploadRequest,
  replies: {
    201: { description: 'The form, valid for an hour', schema: directUploadForm },
    410: { description: 'The upload of this Idempotency-Key was given up' },
    413: { description: 'Too large, or more than your quota has room for' },
    422: { description: 'The Idempotency-Key was used for another upload' },
  },
});

export const completeUploadContract = defineRoute({
  method: 'post',
  path: '/v1/storage/uploads/:uploadId/complete',
  summary: 'Check what has arrived, and make it a file',
  params: directUploadParams,
  isAboutFile: true,
  replies: {
    200: { description: 'The file', schema: storedFile },
    404: { description: 'You have no such upload' },
    409: { description: 'The file has not arrived' },
    410: { description: 'The upload has expired or was given up' },
    413: { description: 'Larger than its kind may be, or more than your quota has room for' },
    422: { description: 'Refused for its content, like any upload, or for its checksum' },
    429: { description: 'Too many uploads of yours at the same time' },
  },
});

export const cancelUploadContract = defineRoute({
  method: 'delete',
  path: '/v1/storage/uploads/:uploadId',
  summary: 'Give up an upload, or delete the file that it became',
  params: directUploadParams,
  replies: { 204: { description: 'Its space is free' }, 404: { description: 'You have no such upload' } },
});

/** S3 takes the form where files lie in S3. */
export const formUploadContract = defineRoute({
  method: 'post',
  path: '/files',
  summary: 'Send the file of a signed form: its fields, and the file last',
  access: 'anyone',
  upload: { mediaType: 'multipart/form-data', schema: z.object({ file: z.file() }) },
  replies: {
    204: { description: 'Arrived; complete the upload' },
    400: { description: 'The form has no file, or is malformed' },
    403: { description: 'The form was changed, or has expired' },
    422: { description: 'The file has another size than the form was made for' },
  },
});

export const usageContract = defineRoute({
  method: 'get',
  path: '/v1/storage/usage',
  summary: 'What your files take, and how much you may store',
  replies: { 200: { description: 'In bytes', schema: storageUsage } },
});

const OPERATIONS = { tags: ['operations'], access: 'operator' } as const;

export const quotasContract = defineRoute({
  ...OPERATIONS,
  method: 'get',
  path: '/ops/quotas',
  summary: 'How much users may store, by role',
  replies: { 200: { description: 'In bytes', schema: quotaList } },
});

export const setRoleQuotaContract = defineRoute({
  ...OPERATIONS,
  method: 'put',
  path: '/ops/quotas/roles/:role',
  summary: 'Set how much users with a role may store',
  params: roleQuotaParams,
  body: quotaRequest,
  replies: { 200: { description: 'The quotas now', schema: quotaList } },
});

export const userQuotaContract = defineRoute({
  ...OPERATIONS,
  method: 'get',
  path: '/ops/quotas/users/:userId',
  summary: 'What the files of a user take, and the user’s own quota',
  params: userQuotaParams,
  replies: { 200: { description: 'In bytes', schema: userQuota } },
});

export const setUserQuotaContract = defineRoute({
  ...OPERATIONS,
  method: 'put',
  path: '/ops/quotas/users/:userId',
  summary: 'Set how much one user may store, whatever their roles',
  params: userQuotaParams,
  body: quotaRequest,
  replies: { 200: { description: 'The quota now', schema: userQuota } },
});

export const CONTRACTS = [
  uploadContract,
  copyContract,
  describeContract,
  contentContract,
  signedUrlContract,
  linkedImagesContract,
  discardContract,
  downloadContract,
  beginUploadContract,
  completeUploadContract,
  cancelUploadContract,
  formUploadContract,
  usageContract,
  quotasContract,
  setRoleQuotaContract,
  userQuotaContract,
  setUserQuotaContract,
];
