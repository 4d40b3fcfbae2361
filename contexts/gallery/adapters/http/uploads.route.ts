import { Router, type Request } from 'express';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import { createdReply, ok, type Reply } from '@lego-moc/http/respond';
import { route } from '@lego-moc/http/route-contract';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import type { ImageUploads, SaidOfImage } from '../../application/image-upload.ts';
import type { Owners } from '../../application/owners.ts';
import type { Views } from '../../application/views.ts';
import {
  BULK_IMAGES_MAX,
  TITLE_LENGTH_MAX,
  uploadImageFields,
  uploadImagesFields,
  type ImageReply,
  type UploadImageFields,
  type UploadOutcomeReply,
} from '../../contracts/http-api.ts';
import type { AlbumId } from '../../domain/album-events.ts';
import type { ImageId } from '../../domain/image-events.ts';
import { uploadImage, uploadImages } from './image-contracts.ts';
import { receiveImageForm, type FormOptions, type ReceivedPart } from './image-form.ts';
import { refusal } from './rejection-status.ts';

type Fields = Omit<UploadImageFields, 'title' | 'altText'> & Partial<Pick<UploadImageFields, 'title' | 'altText'>>;

/** A file's name without its extension, or all of it where nothing else is left. */
const titleOf = (name: string): string => name.replace(/\.[^.]{1,5}$/, '').slice(0, TITLE_LENGTH_MAX) || name;

const saidOf = (name: string, { albumId, visibility, ...fields }: Fields): SaidOfImage => {
  const { title = titleOf(name), altText = '', description, tags, licence } = fields;
  const details = { title, altText, description, tags, licence };
  return { details, visibility, albumId: albumId as AlbumId | undefined };
};

const SINGLE = { fileField: 'image', filesMax: 1, fields: uploadImageFields };
const BULK = { fileField: 'images', filesMax: BULK_IMAGES_MAX, fields: uploadImagesFields };

export type UploadRoutes = {
  readonly uploads: ImageUploads;
  readonly views: Pick<Views, 'image'>;
  readonly owners: Pick<Owners, 'hasWatermark'>;
};

/** Images sent in forms, one or several. */
export const uploadRoutes = ({ uploads, views, owners }: UploadRoutes): Router => {
  const optionsOf = async (request: Request, watermark: boolean | undefined): Promise<FormOptions> => ({
    watermark: watermark ?? (await owners.hasWatermark(userOf(request).id)),
  });

  const complete = async (
    request: Request,
    { name, result }: ReceivedPart,
    fields: Fields,
  ): Promise<ImageReply | Rejection> => {
    if (isRejection(result)) return result;
    const { id: owner } = userOf(request);
    const outcome = await uploads.complete(result, owner, saidOf(name, fields), causeOf(request));
    if (typeof outcome !== 'string') return outcome;
    return show(outcome, request);
  };

  /** An image that was uploaded a moment ago, and may be deleted by now. */
  const show = async (imageId: ImageId, request: Request): Promise<ImageReply> =>
    (await views.image(imageId, userOf(request).id)) ??
    refuse(410, 'image-deleted', 'The image was deleted meanwhile.');

  const outcomeOf = (name: string, outcome: ImageReply | Rejection): UploadOutcomeReply => {
    if (!isRejection(outcome)) return { name, status: 'uploaded', image: outcome };
    const { type, title, status, detail } = refusal(outcome).body;
    return { name, status: 'refused', problem: { type, title, status, detail } };
  };

  return Router().use(
    route(uploadImage, async ({ request, query }): Promise<Reply> => {
      const options = await optionsOf(request, query.watermark);
      const { fields, parts } = await receiveImageForm(uploads, request, SINGLE, options);
      const [only] = parts;
      if (only === undefined) throw new Error('A form without files was not refused');
      const image = await complete(request, only, fields);
      return isRejection(image) ? refusal(image) : createdReply(`/v1/images/${image.imageId}`, image, image.revision);
    }),

    route(uploadImages, async ({ request, query }): Promise<Reply> => {
      const options = await optionsOf(request, query.watermark);
      const { fields, parts } = await receiveImageForm(uploads, request, BULK, options);
      const results: UploadOutcomeReply[] = [];
      for (const part of parts) results.push(outcomeOf(part.name, await complete(request, part, fields)));
      return ok({ results });
    }),
  );
};
