import type { Rejection } from '@lego-moc/kernel/decider';

/** The files that builders have uploaded. An error of either method is an outage. */
export interface StoredFiles {
  /** The content as it arrives; fails midway when the connection does. */
  open(fileId: string): Promise<AsyncIterable<Uint8Array> | Rejection<'file-not-found'>>;
  /** The owner of the file, and its size in bytes. */
  describe(fileId: string): Promise<{ readonly owner: string; readonly size: number } | Rejection<'file-not-found'>>;
}
