import { createReadStream } from 'node:fs';
import { writeTemporaryFile } from '@lego-moc/images/temporary-file';
import type { ArchiveOpener } from '../../application/ports/archive-opener.ts';
import { inspectArchive } from './inspect-archive.ts';

/** Opens archives by the limits of `ARCHIVE_LIMITS`. */
export const archiveOpener: ArchiveOpener = {
  stage: async (archive) => {
    // The staging code has measured it already.
    const { path, [Symbol.asyncDispose]: dispose } = await writeTemporaryFile(archive, { bytesMax: Infinity });
    return {
      inspect: () => inspectArchive(path),
      content: () => createReadStream(path),
      [Symbol.asyncDispose]: dispose,
    };
  },
};
