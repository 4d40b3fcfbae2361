import { Readable } from 'node:stream';
import { z } from 'zod';
import { reject, type Rejection } from '@lego-moc/kernel/decider';
import type { Cause } from '@lego-moc/application/event-streams';
import { newId } from '@lego-moc/application/new-id';
import {
  copyRefusal,
  linkedImages,
  quotaDetails,
  readRefusal,
  signedUrl,
  storedFile,
  uploadRefusal,
  type CopyRefusal,
  type LinkedImages,
  type Purpose,
  type ReadRefusal,
  type SignedUrl,
  type StoredFile,
  type UploadRefusal,
} from './http-api.ts';

type Bytes = AsyncIterable<Uint8Array>;

/**
 * One exchange with file-storage over HTTP: `path` begins with a slash and carries its query. Resolves with any answer,
 * the body unread; rejects when none arrives. The `stream` of resilience's `serviceClient` is one.
 */
export type Call = (request: {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Readable;
  readonly context: Pick<Cause, 'correlationId'> & { readonly causedBy?: string | undefined };
}) => Promise<{ readonly status: number; readonly body: Bytes }>;

export type FileToUpload = {
  readonly fileId: string;
  readonly owner: string;
  readonly purpose: Purpose;
  readonly name: string;
  /** Of the owner: the largest of their quotas holds. */
  readonly roles?: readonly string[];
  /** Whether the renditions of an image carry the platform's mark; the file itself never does. */
  readonly watermark?: boolean;
  /** Read once, as fast as it is stored; a `Readable` is one. If it fails midway nothing is stored. */
  readonly body: Bytes;
};

/** The operations of file-storage for other services. Refusals are values; every other failure is thrown. */
export interface FileStorage {
  /** Safe to repeat with the same `fileId` and the same content. */
  uploadFile(file: FileToUpload, cause: Cause): Promise<StoredFile | Rejection<UploadRefusal>>;

  /**
   * Makes a file of the content of another one. That takes no more space unless the source is somebody else's. Safe to
   * repeat.
   */
  copyFile(
    copy: {
      readonly fileId: string;
      readonly source: string;
      readonly owner: string;
      /** Whose the source is, if it is somebody else's. */
      readonly sourceOwner?: string;
      /** Of the owner. */
      readonly roles?: readonly string[];
    },
    cause: Cause,
  ): Promise<StoredFile | Rejection<CopyRefusal>>;

  /**
   * Removes the file and any bytes of an upload in progress, and refuses its id from now on. Safe to repeat, and for
   * unknown ids.
   */
  discardFile(fileId: string, cause: Cause): Promise<void>;

  /** A URL that anybody may read the file from until it expires; with a name it is saved rather than shown. */
  signedUrl(fileId: string, downloadName?: string, correlationId?: string): Promise<SignedUrl | Rejection<ReadRefusal>>;

  /** The processed images among the files, by file id, with a signed URL of each rendition. 50 files at most. */
  linkedImages(fileIds: readonly string[], correlationId?: string): Promise<LinkedImages>;

  /** The content; fails midway when the connection does. Read it to the end or leave the loop; an unread one holds its connection. */
  openContent(fileId: string, correlationId?: string): Promise<Bytes | Rejection<ReadRefusal>>;

  describe(fileId: string, correlationId?: string): Promise<StoredFile | Rejection<ReadRefusal>>;
}

/** An answer outside the contract: an outage, or two versions that do not fit. */
export class UnexpectedAnswer extends Error {
  readonly status: number;

  constructor(method: string, path: string, status: number) {
    super(`file-storage answered ${method} ${path} with ${status}`);
    this.name = 'UnexpectedAnswer';
    this.status = status;
  }
}

const problem = z.object({ type: z.string(), detail: z.string() });

/** The numbers that come with some refusals. */
const detailsIn = (answer: unknown): Rejection['details'] => quotaDetails.safeParse(answer).data;

/** Answers other than content are small; a larger one is not from file-storage. */
const ANSWER_BYTES_MAX = 256 * 1024;

const readJson = async (body: Bytes): Promise<unknown> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > ANSWER_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
};

/** The problem `urn:lego-moc:problem:<code>` as a refusal, if `code` is one that the contract names. */
const refusalIn = <Code extends string>(answer: unknown, codes: z.ZodType<Code>): Rejection<Code> | undefined => {
  const { data } = problem.safeParse(answer);
  const code = codes.safeParse(data?.type.split(':').at(-1));
  return data !== undefined && code.success ? reject(code.data, data.detail, detailsIn(answer)) : undefined;
};

type Request = Parameters<Call>[0];

type Ask = <Answer, Code extends string>(
  request: Request,
  answers: z.ZodType<Answer>,
  codes: z.ZodType<Code>,
) => Promise<Answer | Rejection<Code>>;

const get = (path: string, correlationId = newId()): Request => ({ method: 'GET', path, context: { correlationId } });

const NO_IMAGES: LinkedImages = { images: {}, failed: [] };

const imageReader =
  (ask: Ask): FileStorage['linkedImages'] =>
  async (fileIds, correlationId) => {
    if (fileIds.length === 0) return NO_IMAGES;
    const query = new URLSearchParams({ fileIds: fileIds.join(',') });
    const answer = await ask(get(`/internal/v1/images?${String(query)}`, correlationId), linkedImages, readRefusal);
    return 'images' in answer ? answer : NO_IMAGES;
  };

const fileCopier =
  (ask: Ask): FileStorage['copyFile'] =>
  ({ roles = [], ...copy }, { correlationId, causedBy, commandId }) =>
    ask(
      {
        method: 'POST',
        path: `/internal/v1/copy?${String(new URLSearchParams({ ...copy, roles: roles.join(',') }))}`,
        headers: { 'idempotency-key': commandId },
        context: { correlationId, causedBy },
      },
      storedFile,
      copyRefusal,
    );

/** A client of file-storage over `call`, which adds address, signature, retries and time limits. */
export const fileStorageClient = (call: Call): FileStorage => {
  const refusedOrThrown = async <Code extends string>(
    request: Request,
    { status, body }: Awaited<ReturnType<Call>>,
    codes: z.ZodType<Code>,
  ): Promise<Rejection<Code>> => {
    const refusal = refusalIn(await readJson(body), codes);
    if (refusal === undefined) throw new UnexpectedAnswer(request.method, request.path, status);
    return refusal;
  };

  const ask: Ask = async (request, answers, codes) => {
    const reply = await call(request);
    return reply.status < 300
      ? answers.parse(await readJson(reply.body))
      : await refusedOrThrown(request, reply, codes);
  };

  const fileAt = (fileId: string): string => `/internal/v1/files/${encodeURIComponent(fileId)}`;

  return {
    uploadFile: (
      { fileId, owner, purpose, name, roles = [], watermark = false, body },
      { correlationId, causedBy, commandId },
    ) =>
      ask(
        {
          method: 'POST',
          path: `/internal/v1/upload?${String(new URLSearchParams({ fileId, owner, purpose, name, roles: roles.join(','), ...(watermark ? { watermark: 'true' } : {}) }))}`,
          headers: { 'content-type': 'application/octet-stream', 'idempotency-key': commandId },
          body: body instanceof Readable ? body : Readable.from(body, { objectMode: false }),
          context: { correlationId, causedBy },
        },
        storedFile,
        uploadRefusal,
      ),

    copyFile: fileCopier(ask),

    discardFile: async (fileId, { correlationId, causedBy, commandId }) => {
      const headers = { 'idempotency-key': commandId };
      const context = { correlationId, causedBy };
      const request: Request = { method: 'DELETE', path: fileAt(fileId), headers, context };
      const { status, body } = await call(request);
      await readJson(body);
      if (status !== 204) throw new UnexpectedAnswer(request.method, request.path, status);
    },

    signedUrl: (fileId, downloadName, correlationId) => {
      const query = new URLSearchParams({ fileId, ...(downloadName === undefined ? {} : { downloadName }) });
      return ask(get(`/internal/v1/signed-url?${String(query)}`, correlationId), signedUrl, readRefusal);
    },

    linkedImages: imageReader(ask),

    openContent: async (fileId, correlationId) => {
      const request = get(`${fileAt(fileId)}/content`, correlationId);
      const reply = await call(request);
      return reply.status < 300 ? reply.body : refusedOrThrown(request, reply, readRefusal);
    },

    describe: (fileId, correlationId) => ask(get(fileAt(fileId), correlationId), storedFile, readRefusal),
  };
};
