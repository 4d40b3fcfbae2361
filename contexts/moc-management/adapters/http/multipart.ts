import type { Request } from 'express';
import { formParts, isFormField, type FormOptions } from '@lego-moc/multipart/form-parts';
import { problem, ProblemError } from '@lego-moc/http/problem';
import type { UploadPart } from '../../application/upload-reception.ts';
import { FILE_FIELDS } from '../../contracts/writing-api.ts';
import { FILES_MAX } from '../../domain/files.ts';

const ANY_FILES: FormOptions = { fileFields: Object.keys(FILE_FIELDS), filesMax: FILES_MAX };
const ONE_LIST: FormOptions = { fileFields: ['partsLists'], filesMax: 1 };

const noList = problem(400, 'invalid-request', 'Send one file as partsLists.', {
  errors: [{ pointer: '/partsLists', detail: 'no file was sent' }],
});

/** The parts of an upload in the order in which they were sent; see `formParts`. */
export async function* multipartParts(request: Request, form = ANY_FILES): AsyncGenerator<UploadPart> {
  for await (const part of formParts(request, form)) {
    if (isFormField(part)) yield part;
    else yield { kind: FILE_FIELDS[part.field as keyof typeof FILE_FIELDS], name: part.name, content: part.content };
  }
}

/** The parts of a form with one parts list. Throws a `ProblemError` for a form with more files, or without one. */
export async function* onePartsList(request: Request): AsyncGenerator<UploadPart> {
  let files = 0;
  for await (const part of multipartParts(request, ONE_LIST)) {
    if (!('field' in part)) files += 1;
    yield part;
  }
  if (files === 0) throw new ProblemError(noList);
}
