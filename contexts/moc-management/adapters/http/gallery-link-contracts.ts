import type { z } from 'zod';
import { defineRoute } from '@lego-moc/http/route-contract';
import {
  galleryAlbumParams,
  galleryAlbumsReply,
  galleryImageParams,
  galleryImagesReply,
  coverRequest,
  linkAlbumRequest,
  linkImageRequest,
} from '../../contracts/gallery-links-api.ts';
import { mocParams, readMocQuery } from '../../contracts/http-api.ts';

const tags = ['Gallery links'];

type LinkShapes<Body, Reply, Params> = {
  readonly request: Body;
  readonly reply: Reply;
  readonly params: Params;
};

/** The routes that list, add and remove the links of a MOC to one kind of item in the gallery. */
const linkContracts = <
  const Kind extends 'image' | 'album',
  Body extends z.ZodType,
  Reply extends z.ZodType,
  Params extends z.ZodType,
>(
  kind: Kind,
  { request, reply, params }: LinkShapes<Body, Reply, Params>,
) => {
  const path = `/v1/mocs/:mocId/gallery-${kind}s` as const;
  const linksDescription = 'The links; one is unverified while the gallery cannot be asked, and validated later';
  return {
    list: defineRoute({
      ...{ method: 'get', path, tags, params: mocParams, query: readMocQuery },
      summary: `The gallery ${kind}s that a MOC links`,
      replies: { 200: { description: 'The links', schema: reply } },
    }),
    link: defineRoute({
      ...{ method: 'post', path, tags, params: mocParams, body: request },
      summary: `Link an ${kind} of the gallery`,
      replies: { 200: { description: linksDescription, schema: reply } },
    }),
    unlink: defineRoute({
      ...{ method: 'delete', path: `${path}/:${kind}Id`, tags, params },
      summary: `Unlink an ${kind}; it stays in the gallery`,
      replies: { 204: { description: 'Linked no longer, or never' } },
    }),
  };
};

const coverPath = { path: '/v1/mocs/:mocId/cover', tags, params: mocParams } as const;
const doneReply = { description: 'Done, or done before' };

/** The image that stands for a MOC. */
export const COVER = {
  choose: defineRoute({
    ...{ ...coverPath, method: 'put', body: coverRequest },
    summary: 'Choose the linked image that stands for a MOC',
    description: 'Readers see it at once, as they see links. When its link ends, the first linked image stands in.',
    replies: { 204: doneReply, 422: { description: 'cover-not-linked' } },
  }),
  reset: defineRoute({
    ...{ ...coverPath, method: 'delete' },
    summary: 'Let the first linked image stand for a MOC',
    replies: { 204: doneReply },
  }),
};

export const IMAGE_LINKS = linkContracts('image', {
  request: linkImageRequest,
  reply: galleryImagesReply,
  params: galleryImageParams,
});

export const ALBUM_LINKS = linkContracts('album', {
  request: linkAlbumRequest,
  reply: galleryAlbumsReply,
  params: galleryAlbumParams,
});
