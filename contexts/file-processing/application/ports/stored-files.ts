import type { Rejection } from '@lego-moc/kernel/decider';

/** The files that builders have uploaded. What either method throws is an outage. */
export interface StoredFiles {
  /** The content as it arrives; fails midway when the connection does. */
  open(fileId: string): Promise<AsyncIterable<Uint8Array> | Rejection<'file-not-found'>>;
  /** Whose file it is. */
  ownerOf(fileId: string): Promise<string | Rejection<'file-not-found'>>;
}
