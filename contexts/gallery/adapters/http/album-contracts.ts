import { defineRoute } from '@lego-moc/http/route-contract';
import {
  addImagesRequest,
  albumImageParams,
  albumImagesQuery,
  albumListReply,
  albumParams,
  albumReply,
  coveredAlbum,
  createAlbumRequest,
  existQuery,
  existReply,
  existsReply,
  galleryQuery,
  galleryReply,
  imageListReply,
  orderImagesRequest,
  reviseAlbumRequest,
} from '../../contracts/http-api.ts';

const tags = ['Gallery albums'];
const params = albumParams;
const album = { 200: { description: 'The album', schema: albumReply } };

export const readGallery = defineRoute({
  method: 'get',
  path: '/v1/gallery',
  summary: 'A page of images and albums, newest first',
  tags: ['Gallery images', 'Gallery albums'],
  query: galleryQuery,
  replies: { 200: { description: 'The page', schema: galleryReply } },
});

export const createAlbum = defineRoute({
  method: 'post',
  path: '/v1/albums',
  summary: 'Create an album',
  tags,
  body: createAlbumRequest,
  replies: { 201: { description: 'The album', schema: albumReply } },
});

export const listAlbums = defineRoute({
  method: 'get',
  path: '/v1/albums',
  summary: 'A page of albums, newest first',
  tags,
  query: galleryQuery,
  replies: { 200: { description: 'The page', schema: albumListReply } },
});

export const findAlbums = defineRoute({
  method: 'get',
  path: '/v1/albums/exists',
  summary: 'Which of several albums exist for the caller',
  tags,
  query: existQuery,
  replies: { 200: { description: 'The ids, divided', schema: existReply } },
});

export const albumExists = defineRoute({
  method: 'get',
  path: '/v1/albums/:albumId/exists',
  summary: 'Whether an album exists for the caller',
  tags,
  params,
  replies: { 200: { description: 'It does', schema: existsReply }, 404: { description: 'It does not' } },
});

export const readAlbum = defineRoute({
  method: 'get',
  path: '/v1/albums/:albumId',
  summary: 'An album',
  tags,
  params,
  replies: { 200: { description: 'The album, with its cover', schema: coveredAlbum } },
});

export const reviseAlbum = defineRoute({
  method: 'patch',
  path: '/v1/albums/:albumId',
  summary: 'Change what is said about an album, its cover, and who sees it',
  tags,
  params,
  body: reviseAlbumRequest,
  replies: album,
});

export const deleteAlbum = defineRoute({
  method: 'delete',
  path: '/v1/albums/:albumId',
  summary: 'Delete an album; its images stay',
  tags,
  params,
  replies: { 204: { description: 'Deleted, or deleted before' } },
});

export const listAlbumImages = defineRoute({
  method: 'get',
  path: '/v1/albums/:albumId/images',
  summary: 'A page of the images of an album, in its order',
  tags,
  params,
  query: albumImagesQuery,
  replies: { 200: { description: 'Those that the caller may see', schema: imageListReply } },
});

export const addImages = defineRoute({
  method: 'post',
  path: '/v1/albums/:albumId/images',
  summary: 'Put images into an album, from another one if need be',
  tags,
  params,
  body: addImagesRequest,
  replies: album,
});

export const removeImage = defineRoute({
  method: 'delete',
  path: '/v1/albums/:albumId/images/:imageId',
  summary: 'Take an image out of an album; the image stays',
  tags,
  params: albumImageParams,
  replies: { 204: { description: 'Taken out, or not in it' } },
});

export const orderImages = defineRoute({
  method: 'put',
  path: '/v1/albums/:albumId/order',
  summary: 'Put the images of an album in order',
  tags,
  params,
  body: orderImagesRequest,
  replies: album,
});
