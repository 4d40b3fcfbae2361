import type { ImagesReply, LinkedImage } from '../contracts/files-api.ts';
import type { MocReply } from '../contracts/http-api.ts';
import type { FileId } from '../domain/moc-events.ts';

/** The images of a MOC as far as their renditions were made, in the order of its files. */
export const imagesReplyOf = (
  imageFiles: MocReply['files'],
  images: ReadonlyMap<FileId, LinkedImage | 'failed'>,
): ImagesReply => {
  const reply: ImagesReply = { images: [], unprocessed: [] };
  for (const { fileId, kind, name } of imageFiles) {
    const image = images.get(fileId as FileId) ?? 'pending';
    if (image === 'pending' || image === 'failed') reply.unprocessed.push({ fileId, kind, name, renditions: image });
    else reply.images.push({ fileId, kind, name, ...image });
  }
  return reply;
};
