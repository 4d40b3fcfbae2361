import type { Rejection } from '@lego-moc/kernel/decider';
import type { Cause } from '@lego-moc/kernel/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { AttachedFile, FileId, FileKind } from '../../domain/moc-events.ts';

/** A file on its way in. `content` is read once. */
export type IncomingFile = {
  readonly fileId: FileId;
  readonly owner: UserId;
  readonly kind: FileKind;
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
};

/** Where the bytes of files lie. */
export interface FileStore {
  /** Stores a file once for its id. A file of a wrong kind, too large or infected is refused; an outage is thrown. */
  store(file: IncomingFile, cause: Cause): Promise<AttachedFile | Rejection>;
  /** Removes the bytes under an id, now and for ever; there need be none. Throws when that could not be done. */
  discard(fileId: FileId, cause: Cause): Promise<void>;
  /** A URL that anybody may read the file from for a while; `undefined` when its bytes are gone. */
  downloadUrl(fileId: FileId, name: string): Promise<{ readonly url: string; readonly expiresAt: string } | undefined>;
}
