import { Router } from 'express';
import { z } from 'zod';
import { problem } from '@lego-moc/http/problem';
import { streamReply } from '@lego-moc/http/respond';
import { defineRoute, route } from '@lego-moc/http/route-contract';
import { isKey } from '@lego-moc/object-storage/object-store';
import type { PrivateObjects } from '@lego-moc/object-storage/private-objects';
import { imagesPath } from './resources/private-objects.ts';

/** The route of a service's images that are linked by signed URLs: objects `<folder>/<owner>/<group>/<file>`. */
export const signedImageContract = (service: string, folder: string) =>
  defineRoute({
    method: 'get',
    path: `${imagesPath(service)}/${folder}/:owner/:group/:file`,
    summary: 'Read an image by a signed URL',
    access: 'anyone',
    params: z.object({ owner: z.string(), group: z.string(), file: z.string() }),
    replies: {
      200: { description: 'The image', mediaType: 'image/webp' },
      403: { description: 'The URL was changed, or has expired' },
      404: { description: 'The image is gone' },
    },
  });

const DENIALS = {
  tampered: problem(403, 'signature-invalid', 'This link was changed after it was made. Ask for a new one.'),
  expired: problem(403, 'link-expired', 'This link has expired. Ask for a new one.'),
};

const NOT_FOUND = problem(404, 'image-not-found', 'This image is gone.');

const HEADERS = {
  'content-type': 'image/webp',
  'content-disposition': 'inline',
  'content-security-policy': "default-src 'none'; sandbox",
  'cache-control': 'private, max-age=300',
};

/** Answers the signed URLs of a directory of images. Answers nothing where S3 has them. */
export const signedImageRoute = (
  contract: ReturnType<typeof signedImageContract>,
  folder: string,
  { objects, signedQueries }: PrivateObjects,
): Router => {
  if (signedQueries === undefined) return Router();
  return route(contract, async ({ params: { owner, group, file }, request }) => {
    const key = `${folder}/${owner}/${group}/${file}`;
    const grant = signedQueries.verify(key, request.query);
    if (typeof grant === 'string') return DENIALS[grant];
    const stream = isKey(key) ? await objects.get(key) : undefined;
    return stream === undefined ? NOT_FOUND : streamReply(stream, HEADERS);
  });
};
