import { z } from 'zod';

export const fileReply = z.object({
  fileId: z.uuid(),
  kind: z.enum(['instruction', 'parts-list', 'thumbnail', 'gallery-image']),
  /** The name that was sent, with the ending `.webp` for images, which are stored without metadata. */
  name: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int().nonnegative(),
  sha256: z.string(),
});

export const filesReply = z.object({ files: z.array(fileReply) });
/** Of an image, soon after its upload: what a page needs before it has loaded, and WebPs of 200 and 400 pixels. */
const linkedImage = z.object({
  width: z.int(),
  height: z.int(),
  /** See https://blurha.sh. */
  blurhash: z.string(),
  dominantColour: z.string(),
  /** Of a PDF: the image is its first page. */
  pages: z.int().positive().exactOptional(),
  renditions: z.array(z.object({ side: z.int(), width: z.int(), height: z.int(), size: z.int(), url: z.url() })),
});
export type LinkedImage = z.infer<typeof linkedImage>;

export const downloadReply = z.object({
  url: z.url(),
  expiresAt: z.iso.datetime(),
  /** Of images only: `pending` until their renditions were made, `failed` when they could not be. */
  renditions: z.enum(['pending', 'processed', 'failed']).exactOptional(),
  image: linkedImage.exactOptional(),
});
export type DownloadReply = z.infer<typeof downloadReply>;

const imageFile = { fileId: z.uuid(), kind: fileReply.shape.kind, name: z.string() };

/**
 * The parts of the instructions, in the order in which they were added or that their owner chose. `preview` is the image itself, or the first page of
 * a PDF, and null until it was made or when it cannot be made; `pages` is known of PDFs then.
 */
export const instructionsReply = z.object({
  /** Over all parts whose pages are known. */
  pages: z.int().nonnegative(),
  parts: z.array(fileReply.extend({ pages: z.int().positive().nullable(), preview: linkedImage.nullable() })),
});
export type InstructionsReply = z.infer<typeof instructionsReply>;

/** The images of a MOC in the order of its files: those that were processed, and those that were not or cannot be. */
export const imagesReply = z.object({
  images: z.array(linkedImage.extend(imageFile)),
  unprocessed: z.array(z.object({ ...imageFile, renditions: z.enum(['pending', 'failed']) })),
});
export type ImagesReply = z.infer<typeof imagesReply>;
