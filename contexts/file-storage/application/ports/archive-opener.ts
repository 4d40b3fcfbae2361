import type { Rejection } from '@lego-moc/kernel/decider';

/** An uploaded archive on this machine's disk, until it is disposed of. */
export interface StagedArchive extends AsyncDisposable {
  /** Opens the archive and those in it. Returns why it is refused, if it is. An entry with a password is not opened. */
  inspect(): Promise<Rejection<'archive-refused'> | undefined>;
  /** The bytes that were uploaded. */
  content(): AsyncIterable<Uint8Array>;
}

export interface ArchiveOpener {
  /** Reads the archive to its end. */
  stage(archive: AsyncIterable<Uint8Array>): Promise<StagedArchive>;
}
