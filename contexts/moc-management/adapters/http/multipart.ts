import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import type { Request } from 'express';
import { refuse, ProblemError, problem } from '@lego-moc/http/problem';
import type { UploadPart } from '../../application/upload-reception.ts';
import { FILE_FIELDS } from '../../contracts/http-api.ts';
import { FILES_MAX } from '../../domain/moc.ts';

const LIMITS = { files: FILES_MAX, fields: 100, fieldSize: 64 * 1024, fieldNameSize: 100, headerPairs: 50 };

const fileKind = (field: string) => {
  const name = field.replace(/\[\]$/, '');
  return Object.hasOwn(FILE_FIELDS, name) ? FILE_FIELDS[name as keyof typeof FILE_FIELDS] : undefined;
};

const unknownFileField = (field: string): ProblemError =>
  new ProblemError(
    problem(400, 'invalid-request', `Files are sent as ${Object.keys(FILE_FIELDS).join(', ')}.`, {
      errors: [{ pointer: `/${field}`, detail: 'no file is expected under this name' }],
    }),
  );

const tooManyParts = new ProblemError(
  problem(413, 'too-many-parts', 'The form has more parts than are taken at once.'),
);

const parserFor = (request: Request): busboy.Busboy => {
  try {
    return busboy({ headers: request.headers, limits: LIMITS, defParamCharset: 'utf8' });
  } catch {
    return refuse(415, 'multipart-expected', 'Send the files as multipart/form-data.');
  }
};

/**
 * The parts of a multipart/form-data request in the order in which they were sent; the content of a file must be read
 * before the next part comes. Throws `Refused` for a form that cannot be understood, and when the sender hangs up.
 */
export async function* multipartParts(request: Request): AsyncGenerator<UploadPart> {
  const parser = parserFor(request);
  const parts = new PassThrough({ objectMode: true });

  parser.on('field', (field, value, { nameTruncated, valueTruncated }) => {
    if (nameTruncated || valueTruncated) parts.destroy(tooManyParts);
    else parts.write({ field: field.replace(/\[\]$/, ''), value } satisfies UploadPart);
  });
  parser.on('file', (field, content: Readable, { filename }: { filename: string | undefined }) => {
    const kind = fileKind(field);
    // A file whose sender hung up fails in whoever reads it; if nobody does, it must not bring the process down.
    content.on('error', () => undefined);
    if (kind === undefined) parts.destroy(unknownFileField(field));
    else parts.write({ kind, name: filename ?? 'unnamed', content } satisfies UploadPart);
  });
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) {
    parser.on(limit, () => parts.destroy(tooManyParts));
  }

  pipeline(request, parser).then(
    () => parts.end(),
    (error: unknown) => parts.destroy(new ProblemError(problem(400, 'multipart-malformed', brokenOff(error)))),
  );
  yield* parts as AsyncIterable<UploadPart>;
}

const brokenOff = (error: unknown): string =>
  error instanceof Error && error.message.startsWith('Malformed')
    ? 'The form is not well-formed multipart/form-data.'
    : 'The form ended before it was complete.';
