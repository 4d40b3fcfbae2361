import type { Cause } from '@lego-moc/application/event-streams';
import type { UserId } from '@lego-moc/kernel/message';
import type { FileProcessingPayload } from '@lego-moc/file-processing/contracts/integration-events';
import type { JobId, ListedParts, MocId } from '../../domain/moc-events.ts';

export type PartsToRead = {
  readonly mocId: MocId;
  readonly owner: UserId;
  /** The file of `sameAs`, where it is named, has the same content: what was decided about that one holds for this one. */
  readonly list: ListedParts & { readonly sameAs?: JobId };
  readonly fileName: string;
};

/** Reads parts lists in the background; the result arrives as an integration event. */
export interface PartsReader {
  /** Safe to repeat. Throws when the request was not accepted. */
  request(parts: PartsToRead, cause: Cause): Promise<void>;
  /** The result of a job; `pending` while it is not done, `undefined` when there is no such job. Throws an outage. */
  result(jobId: JobId, cause: Cause): Promise<FileProcessingPayload | 'pending' | undefined>;
}
