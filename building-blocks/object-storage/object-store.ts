import type { Readable } from 'node:stream';
import type { Instant } from '@lego-moc/kernel/message';

export type StoredObject = {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  readonly modifiedAt: Instant;
};

/** Byte positions, counted from 0, both included. */
export type ByteRange = { readonly first: number; readonly last: number };

export type SignedUrlOptions = {
  readonly expiresInS: number;
  /** The Content-Type of the answer. */
  readonly mediaType?: string;
  /** With a name browsers save the content, without one they show it. Any text; it is sanitised here. */
  readonly downloadName?: string;
  /** Of the content, in hexadecimal digits: the answer names it as `Repr-Digest`, where the store can add headers. */
  readonly sha256?: string;
};

export type UploadFormOptions = {
  /** The Content-Type that the form has to send. */
  readonly mediaType: string;
  /** Exactly so many bytes. */
  readonly size: number;
  /** An upload that has begun by then may end later. */
  readonly expiresAt: Instant;
};

/** A form as browsers send it: a POST of multipart/form-data with these fields, then the content as `file`. */
export type UploadForm = { readonly url: string; readonly fields: Readonly<Record<string, string>> };

/**
 * Bytes under keys. Throws `ObjectStoreUnavailable` when the store itself fails. A key is lower-case letters, digits,
 * `-`, `_` and `.`, in segments joined by `/`; any other key, a segment of dots included, throws `UnsafeKey`.
 */
export interface ObjectStore {
  /**
   * Stores the content under the key, replacing earlier content, once all of it is durable: if the content or the store
   * fails, or the signal aborts, this rejects and the key keeps its earlier content.
   */
  put(key: string, content: AsyncIterable<Uint8Array>, options?: { readonly signal?: AbortSignal }): Promise<void>;

  /** The content or a part of it; `undefined` when there is none. The caller reads to the end or destroys it. */
  get(key: string, range?: ByteRange): Promise<Readable | undefined>;

  head(key: string): Promise<StoredObject | undefined>;

  /** Succeeds as well when there is nothing under the key. */
  delete(key: string): Promise<void>;

  /**
   * Objects whose key begins with `prefix`, in no particular order. Objects that are added or deleted meanwhile may be
   * missed.
   */
  list(prefix: string): AsyncIterable<StoredObject>;

  /** A URL from which anybody may read the content until it expires. Does not check whether there is any. */
  signedUrl(key: string, options: SignedUrlOptions): Promise<{ readonly url: string; readonly expiresAt: Instant }>;

  /** A form by which anybody may put one object of this size and type under the key, until it expires. */
  uploadForm(key: string, options: UploadFormOptions): Promise<UploadForm>;

  /**
   * Removes the remains of interrupted `put`s to which surely nothing was added since `before`. Returns their number.
   */
  removeUnfinished(before: Instant): Promise<number>;
}

/** A key that could mean another place than its name says. A bug in the caller: user-chosen names are no keys. */
export class UnsafeKey extends Error {
  constructor(key: string) {
    super(`${JSON.stringify(key.slice(0, 100))} is no key for an object`);
    this.name = 'UnsafeKey';
  }
}

/** The store is not reachable, is full, or has failed; callers see an outage, not a client error. */
export class ObjectStoreUnavailable extends Error {
  /** Messages that led here are delivered again. */
  readonly outage = true;

  constructor(cause: unknown) {
    super('The object store is not available', { cause });
    this.name = 'ObjectStoreUnavailable';
  }
}

const KEY = /^[a-z0-9_-][a-z0-9._-]*(?:\/[a-z0-9_-][a-z0-9._-]*)*$/u;

/** S3 accepts 1024 bytes; file systems accept 255 per segment, of which a temporary suffix may need some. */
const KEY_LENGTH_MAX = 200;

/** Whether the text can be a key. */
export const isKey = (text: string): boolean => text.length <= KEY_LENGTH_MAX && KEY.test(text);

/** Throws `UnsafeKey` unless the text can be a key. */
export const assertKey = (key: string): void => {
  if (!isKey(key)) throw new UnsafeKey(key);
};
