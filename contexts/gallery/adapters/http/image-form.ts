import type { Request } from 'express';
import type { z } from 'zod';
import { causeOf } from '@lego-moc/http/cause';
import { userOf } from '@lego-moc/http/caller';
import { refuse } from '@lego-moc/http/problem';
import { rejectUnstorableText } from '@lego-moc/http/storable-text';
import { isRejection, type Rejection } from '@lego-moc/kernel/decider';
import { derivedId } from '@lego-moc/kernel/ids';
import { formParts, isFormField } from '@lego-moc/multipart/form-parts';
import type { ImageUploads, ReceivedImage } from '../../application/image-upload.ts';
import type { ImageId } from '../../domain/image-events.ts';

/** A file of a form by its name, stored or refused. */
export type ReceivedPart = { readonly name: string; readonly result: ReceivedImage | Rejection };

export type ImageForm<Fields> = { readonly fields: Fields; readonly parts: readonly ReceivedPart[] };

export type FormShape<Fields> = {
  /** The field that files are sent in. */
  readonly fileField: string;
  readonly filesMax: number;
  readonly fields: z.ZodType<Fields>;
};

/** Known before the first file arrives, unlike the fields of the form. */
export type FormOptions = { readonly watermark: boolean };

/**
 * Reads a form with images. Files are stored as they come, under ids that follow from the command: the same form sent
 * again has the same ids. Files of a form that says something invalid are abandoned.
 */
export const receiveImageForm = async <Fields>(
  uploads: Pick<ImageUploads, 'receive' | 'abandon'>,
  request: Request,
  { fileField, filesMax, fields: schema }: FormShape<Fields>,
  { watermark }: FormOptions,
): Promise<ImageForm<Fields>> => {
  const cause = causeOf(request);
  const { id: owner, roles } = userOf(request);
  const fieldValues = new Map<string, string[]>();
  const receivedParts: ReceivedPart[] = [];
  for await (const part of formParts(request, { fileFields: [fileField], filesMax })) {
    if (isFormField(part)) {
      fieldValues.set(part.field, [...(fieldValues.get(part.field) ?? []), part.value]);
      continue;
    }
    const imageId = derivedId('image', cause.commandId, String(receivedParts.length)) as ImageId;
    const { name, content } = part;
    receivedParts.push({
      name,
      result: await uploads.receive({ imageId, owner, roles, name, watermark, content }, cause),
    });
  }
  if (receivedParts.length === 0)
    refuse(400, 'invalid-request', `Send a file as ${fileField}.`, {
      errors: [{ pointer: `/${fileField}`, detail: 'no file was sent' }],
    });

  try {
    const fields = Object.fromEntries(fieldValues);
    rejectUnstorableText(fields);
    return { fields: schema.parse(fields), parts: receivedParts };
  } catch (error) {
    for (const { result } of receivedParts) if (!isRejection(result)) await uploads.abandon(result.imageId, cause);
    throw error;
  }
};
