import type { InstructionsReply, LinkedImage } from '../contracts/files-api.ts';
import type { MocReply } from '../contracts/http-api.ts';
import type { FileId } from '../domain/moc-events.ts';

/** The parts of the instructions of a MOC, in their order. */
export const instructionsReplyOf = (
  files: MocReply['files'],
  images: ReadonlyMap<FileId, LinkedImage | 'failed'>,
): InstructionsReply => {
  const parts = files.map((file) => {
    const image = images.get(file.fileId as FileId);
    const preview = image === undefined || image === 'failed' ? null : image;
    return { ...file, pages: preview?.pages ?? null, preview };
  });
  return { pages: parts.reduce((sum, { pages }) => sum + (pages ?? 0), 0), parts };
};
