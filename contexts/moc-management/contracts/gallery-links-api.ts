import { z } from 'zod';

/** A link to the gallery; `verified` is false while the gallery could not be asked. */
export const galleryLink = { verified: z.boolean(), linkedAt: z.iso.datetime() };

export const linkImageRequest = z.strictObject({ imageId: z.uuid().toLowerCase() });
export const linkAlbumRequest = z.strictObject({ albumId: z.uuid().toLowerCase() });
/** `PUT /v1/mocs/:mocId/cover`: an image that the MOC links. */
export const coverRequest = linkImageRequest;
export const galleryImageParams = z.object({ mocId: z.uuid(), imageId: z.uuid().toLowerCase() });
export const galleryAlbumParams = z.object({ mocId: z.uuid(), albumId: z.uuid().toLowerCase() });
export const galleryImagesReply = z.object({ images: z.array(z.object({ imageId: z.uuid(), ...galleryLink })) });
export const galleryAlbumsReply = z.object({ albums: z.array(z.object({ albumId: z.uuid(), ...galleryLink })) });
