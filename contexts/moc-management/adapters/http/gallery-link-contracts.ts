import { defineRoute } from '@lego-moc/http/route-contract';
import {
  galleryAlbumParams,
  galleryAlbumsReply,
  galleryImageParams,
  galleryImagesReply,
  linkAlbumRequest,
  linkImageRequest,
  mocParams,
  readMocQuery,
} from '../../contracts/http-api.ts';

const tags = ['Gallery links'];
const doneReply = { description: 'Linked no longer, or never' };
const linked = 'The links; one is unverified while the gallery cannot be asked, and validated later';

export const listGalleryImages = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/gallery-images',
  summary: 'The gallery images that a MOC links',
  tags,
  params: mocParams,
  query: readMocQuery,
  replies: { 200: { description: 'The links', schema: galleryImagesReply } },
});

export const linkGalleryImage = defineRoute({
  method: 'post',
  path: '/v1/mocs/:mocId/gallery-images',
  summary: 'Link an image of the gallery',
  tags,
  params: mocParams,
  body: linkImageRequest,
  replies: { 200: { description: linked, schema: galleryImagesReply } },
});

export const unlinkGalleryImage = defineRoute({
  method: 'delete',
  path: '/v1/mocs/:mocId/gallery-images/:imageId',
  summary: 'Unlink an image; it stays in the gallery',
  tags,
  params: galleryImageParams,
  replies: { 204: doneReply },
});

export const listGalleryAlbums = defineRoute({
  method: 'get',
  path: '/v1/mocs/:mocId/gallery-albums',
  summary: 'The gallery albums that a MOC links',
  tags,
  params: mocParams,
  query: readMocQuery,
  replies: { 200: { description: 'The links', schema: galleryAlbumsReply } },
});

export const linkGalleryAlbum = defineRoute({
  method: 'post',
  path: '/v1/mocs/:mocId/gallery-albums',
  summary: 'Link an album of the gallery',
  tags,
  params: mocParams,
  body: linkAlbumRequest,
  replies: { 200: { description: linked, schema: galleryAlbumsReply } },
});

export const unlinkGalleryAlbum = defineRoute({
  method: 'delete',
  path: '/v1/mocs/:mocId/gallery-albums/:albumId',
  summary: 'Unlink an album; it stays in the gallery',
  tags,
  params: galleryAlbumParams,
  replies: { 204: doneReply },
});
