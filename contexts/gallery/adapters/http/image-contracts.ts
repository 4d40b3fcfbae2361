import { z } from 'zod';
import { defineRoute } from '@lego-moc/http/route-contract';
import { ACCEPTED_IMAGE_TYPES, IMAGE_SIZE_MAX } from '@lego-moc/images/limits';
import {
  bulkReply,
  BULK_IMAGES_MAX,
  existQuery,
  existReply,
  existsReply,
  fileReply,
  galleryQuery,
  imageListReply,
  imageParams,
  imageReply,
  previewedImage,
  reviseImageRequest,
  uploadImageFields,
  uploadImagesFields,
  uploadQuery,
} from '../../contracts/http-api.ts';

const tags = ['Gallery images'];
const FORM = 'multipart/form-data';
const accepts = `Accepted are ${ACCEPTED_IMAGE_TYPES} of at most 20 MiB and ${IMAGE_SIZE_MAX}. They are stored as WebP, upright and without what the camera recorded. With watermark=true, their renditions carry the mark of the platform.`;

export const uploadImage = defineRoute({
  method: 'post',
  path: '/v1/images',
  summary: 'Upload an image',
  description: `The file is sent as image. ${accepts}`,
  tags,
  query: uploadQuery,
  upload: { mediaType: FORM, schema: uploadImageFields.extend({ image: z.file() }) },
  replies: { 201: { description: 'The image', schema: imageReply } },
});

export const uploadImages = defineRoute({
  method: 'post',
  path: '/v1/images/bulk',
  summary: 'Upload several images, each with an outcome of its own',
  description: `Up to ${String(BULK_IMAGES_MAX)} files are sent as images. ${accepts}`,
  tags,
  query: uploadQuery,
  upload: { mediaType: FORM, schema: uploadImagesFields.extend({ images: z.array(z.file()) }) },
  replies: {
    200: { description: 'The outcome of each file, in the order in which they were sent', schema: bulkReply },
  },
});

export const listImages = defineRoute({
  method: 'get',
  path: '/v1/images',
  summary: 'A page of images, newest first',
  tags,
  query: galleryQuery,
  replies: { 200: { description: 'The page', schema: imageListReply } },
});

export const findImages = defineRoute({
  method: 'get',
  path: '/v1/images/exists',
  summary: 'Which of several images exist for the caller',
  tags,
  query: existQuery,
  replies: { 200: { description: 'The ids, divided', schema: existReply } },
});

export const imageExists = defineRoute({
  method: 'get',
  path: '/v1/images/:imageId/exists',
  summary: 'Whether an image exists for the caller',
  tags,
  params: imageParams,
  replies: { 200: { description: 'It does', schema: existsReply }, 404: { description: 'It does not' } },
});

export const readImage = defineRoute({
  method: 'get',
  path: '/v1/images/:imageId',
  summary: 'An image',
  tags,
  params: imageParams,
  replies: { 200: { description: 'The image, with URLs of its renditions', schema: previewedImage } },
});

export const readImageFile = defineRoute({
  method: 'get',
  path: '/v1/images/:imageId/file',
  summary: 'Where the file of an image can be loaded for a while',
  tags,
  params: imageParams,
  replies: { 200: { description: 'A signed URL', schema: fileReply } },
});

export const reviseImage = defineRoute({
  method: 'patch',
  path: '/v1/images/:imageId',
  summary: 'Change what is said about an image, and who sees it',
  tags,
  params: imageParams,
  body: reviseImageRequest,
  replies: { 200: { description: 'The image', schema: imageReply } },
});

export const deleteImage = defineRoute({
  method: 'delete',
  path: '/v1/images/:imageId',
  summary: 'Delete an image and its file; it leaves its albums',
  tags,
  params: imageParams,
  replies: { 204: { description: 'Deleted, or deleted before' } },
});
