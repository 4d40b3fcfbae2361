import type { Request } from 'express';
import { formParts, isFormField } from '@lego-moc/multipart/form-parts';
import type { UploadPart } from '../../application/upload-reception.ts';
import { FILE_FIELDS } from '../../contracts/http-api.ts';
import { FILES_MAX } from '../../domain/moc.ts';

const FORM = { fileFields: Object.keys(FILE_FIELDS), filesMax: FILES_MAX };

/** The parts of an upload in the order in which they were sent; see `formParts`. */
export async function* multipartParts(request: Request): AsyncGenerator<UploadPart> {
  for await (const part of formParts(request, FORM)) {
    if (isFormField(part)) yield part;
    else yield { kind: FILE_FIELDS[part.field as keyof typeof FILE_FIELDS], name: part.name, content: part.content };
  }
}
