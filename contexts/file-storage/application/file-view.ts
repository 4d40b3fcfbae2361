import type { StoredFile } from '../contracts/http-api.ts';
import type { StoredState } from '../domain/file.ts';

/** A file as other services see it: all but the key of its bytes. */
export const fileView = ({
  fileId,
  owner,
  purpose,
  name,
  sha256,
  sentSha256,
  size,
  mediaType,
  storedAt,
}: Omit<StoredState, 'status' | 'key'>): StoredFile => ({
  fileId,
  owner,
  purpose,
  name,
  sha256,
  ...(sentSha256 === undefined ? {} : { sentSha256 }),
  size,
  mediaType,
  storedAt,
});
