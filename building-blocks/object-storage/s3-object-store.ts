import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  NoSuchKey,
  NotFound,
  paginateListObjectsV2,
  S3Client,
  S3ServiceException,
  type ListMultipartUploadsCommandOutput,
  type MultipartUpload,
  type ServerSideEncryption,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import type { Instant } from '@lego-moc/kernel/message';
import { attachmentDisposition } from './content-disposition.ts';
import {
  assertKey,
  ObjectStoreUnavailable,
  type ObjectStore,
  type SignedUrlOptions,
  type UploadForm,
  type UploadFormOptions,
} from './object-store.ts';

export type S3ObjectStoreOptions = {
  /** Unset for AWS itself. Credentials come from the standard AWS variables and files. */
  readonly endpoint?: string;
  readonly region: string;
  readonly bucket: string;
  /** Keys in the bucket begin with it, those of the store do not: several services may share a bucket. */
  readonly prefix?: string;
  /** How the store is asked to encrypt objects at rest. Not at all if not given. */
  readonly serverSideEncryption?: 'AES256' | 'aws:kms' | 'none';
  /** S3 does not show an upload growing, so younger ones never count as interrupted. An hour if not given. */
  readonly unfinishedAgeMinMs?: number;
};

const HOUR_MS = 3_600_000;

/** Two parts of 8 MiB in flight keep a single upload fast and a hundred of them below 2 GiB. */
const PART_BYTES = 8 * 1024 * 1024;
const PARTS_IN_FLIGHT = 2;

/** A client for S3 and compatible servers. Close it with `destroy()`. */
export const connectS3 = ({ endpoint, region }: S3ObjectStoreOptions): S3Client =>
  new S3Client({
    region,
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    // Ceph and older MinIO refuse the checksums that newer clients send by default.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });

const CONNECTION_LOST = /^(?:ECONN|ENOTFOUND|EPIPE|ETIMEDOUT|EHOSTUNREACH|EAI_AGAIN)/u;

/** The client has made three attempts by now. */
const asOutage = (error: unknown): unknown => {
  if (!(error instanceof Error)) return error;
  const isServerFault = error instanceof S3ServiceException && error.$fault === 'server';
  const isConnectionLost =
    error.name === 'TimeoutError' || ('code' in error && CONNECTION_LOST.test(String(error.code)));
  return isServerFault || isConnectionLost ? new ObjectStoreUnavailable(error) : error;
};

const mapOutages = async <T>(result: Promise<T>): Promise<T> => {
  try {
    return await result;
  } catch (error) {
    throw asOutage(error);
  }
};

const unlessMissing = async <T>(result: Promise<T>): Promise<T | undefined> => {
  try {
    return await result;
  } catch (error) {
    if (error instanceof NoSuchKey || error instanceof NotFound) return undefined;
    throw asOutage(error);
  }
};

const instant = (date: Date | undefined): Instant => (date ?? new Date(0)).toISOString() as Instant;

const replyHeaders = ({ mediaType, downloadName }: SignedUrlOptions): object => ({
  ...(mediaType === undefined ? {} : { ResponseContentType: mediaType }),
  ...(downloadName === undefined ? {} : { ResponseContentDisposition: attachmentDisposition(downloadName) }),
});

type PutTarget = {
  readonly Bucket: string;
  readonly Key: string;
  readonly ServerSideEncryption?: ServerSideEncryption;
};

const upload = async (
  s3: S3Client,
  target: PutTarget,
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> => {
  signal?.throwIfAborted();
  const body = Readable.from(content, { objectMode: false });
  const upload = new Upload({
    client: s3,
    // The store compares the hash of every part with what arrived.
    params: { ...target, Body: body, ChecksumAlgorithm: 'SHA256' },
    partSize: PART_BYTES,
    queueSize: PARTS_IN_FLIGHT,
  });
  const abort = (): void => {
    body.destroy(new Error('The upload was aborted'));
    void upload.abort();
  };
  signal?.addEventListener('abort', abort, { once: true });
  try {
    await upload.done();
  } finally {
    signal?.removeEventListener('abort', abort);
    body.destroy();
  }
};

const presignForm = async (
  s3: S3Client,
  { Bucket, Key, ServerSideEncryption }: PutTarget,
  { mediaType, size, expiresAt }: UploadFormOptions,
): Promise<UploadForm> => {
  const encryptionHeaders =
    ServerSideEncryption === undefined ? {} : { 'x-amz-server-side-encryption': ServerSideEncryption };
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- its package pins another release of the client
  const { url, fields } = await createPresignedPost(s3, {
    Bucket,
    Key,
    // Fields become conditions of their own: exactly this type, and encrypted like every other object.
    Fields: { 'Content-Type': mediaType, ...encryptionHeaders },
    Conditions: [['content-length-range', size, size]],
    Expires: Math.max(1, Math.ceil((Date.parse(expiresAt) - Date.now()) / 1_000)),
  });
  return { url, fields };
};

const unfinishedUploads = async function* (
  s3: S3Client,
  bucket: string,
  prefix: string,
): AsyncGenerator<MultipartUpload> {
  let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
  while (marker !== undefined) {
    const page: ListMultipartUploadsCommandOutput = await s3.send(
      new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...marker }),
    );
    yield* page.Uploads ?? [];
    marker =
      page.IsTruncated === true
        ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
        : undefined;
  }
};

/** Objects in one bucket, or below a prefix of it. Multipart uploads are aborted when they fail; after a crash `removeUnfinished` finds them. */
export const s3ObjectStore = (
  s3: S3Client,
  { bucket, prefix = '', serverSideEncryption = 'none', unfinishedAgeMinMs = HOUR_MS }: S3ObjectStoreOptions,
): ObjectStore => {
  const at = (key: string): { readonly Bucket: string; readonly Key: string } => {
    assertKey(key);
    return { Bucket: bucket, Key: `${prefix}${key}` };
  };

  const encryption = serverSideEncryption === 'none' ? {} : { ServerSideEncryption: serverSideEncryption };

  return {
    put: async (key, content, { signal } = {}) =>
      mapOutages(upload(s3, { ...at(key), ...encryption }, content, signal)),

    get: async (key, range) => {
      const Range = range === undefined ? {} : { Range: `bytes=${range.first}-${range.last}` };
      const output = await unlessMissing(s3.send(new GetObjectCommand({ ...at(key), ...Range })));
      return output?.Body as Readable | undefined;
    },

    head: async (key) => {
      const output = await unlessMissing(s3.send(new HeadObjectCommand(at(key))));
      if (output === undefined) return undefined;
      return { key, size: output.ContentLength ?? 0, modifiedAt: instant(output.LastModified) };
    },

    delete: async (key) => {
      await mapOutages(s3.send(new DeleteObjectCommand(at(key))));
    },

    list: async function* (beginning) {
      const query = { Bucket: bucket, Prefix: `${prefix}${beginning}` };
      for await (const page of paginateListObjectsV2({ client: s3 }, query))
        for (const { Key, Size, LastModified } of page.Contents ?? [])
          if (Key !== undefined)
            yield { key: Key.slice(prefix.length), size: Size ?? 0, modifiedAt: instant(LastModified) };
    },

    signedUrl: async (key, options) => {
      const url = await getSignedUrl(s3, new GetObjectCommand({ ...at(key), ...replyHeaders(options) }), {
        expiresIn: options.expiresInS,
      });
      return { url, expiresAt: instant(new Date(Date.now() + options.expiresInS * 1000)) };
    },

    uploadForm: async (key, options) => presignForm(s3, { ...at(key), ...encryption }, options),

    removeUnfinished: async (before) => {
      const oldEnough = instant(new Date(Date.now() - unfinishedAgeMinMs));
      let removedCount = 0;
      for await (const { Key, UploadId, Initiated } of unfinishedUploads(s3, bucket, prefix)) {
        if (instant(Initiated) >= before || instant(Initiated) > oldEnough) continue;
        await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
        removedCount += 1;
      }
      return removedCount;
    },
  };
};
