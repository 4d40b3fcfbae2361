import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import type { Request } from 'express';
import { refuse, ProblemError, problem, type ProblemReply } from '@lego-moc/http/problem';
import { displayName } from '@lego-moc/kernel/display-name';
import type { UploadPart } from '../../application/upload-reception.ts';
import { FILE_FIELDS } from '../../contracts/http-api.ts';
import { FILES_MAX } from '../../domain/moc.ts';
import { MalformedPart, partHeaders } from './part-headers.ts';

const LIMITS = { files: FILES_MAX, fields: 100, fieldSize: 64 * 1024, fieldNameSize: 100, headerPairs: 50 };

/** What busboy puts in the place of bytes that are not UTF-8. */
const REPLACEMENT = '\uFFFD';

const withoutBrackets = (field: string): string => field.replace(/\[\]$/, '');

const fileKind = (field: string) => {
  const name = withoutBrackets(field);
  return Object.hasOwn(FILE_FIELDS, name) ? FILE_FIELDS[name as keyof typeof FILE_FIELDS] : undefined;
};

const fieldProblem = (field: string, detail: string, because: string): ProblemError =>
  new ProblemError(
    problem(400, 'invalid-request', detail, {
      errors: [{ pointer: `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail: because }],
    }),
  );

const unknownFileField = (field: string): ProblemError =>
  fieldProblem(
    field,
    `Files are sent as ${Object.keys(FILE_FIELDS).join(', ')}.`,
    'no file is expected under this name',
  );

const tooManyParts = new ProblemError(
  problem(413, 'too-many-parts', 'The form has more parts than are accepted at once.'),
);

const parserFor = (request: Request): busboy.Busboy => {
  try {
    return busboy({ headers: request.headers, limits: LIMITS, defParamCharset: 'utf8' });
  } catch {
    return refuse(415, 'multipart-expected', 'Send the files as multipart/form-data.');
  }
};

/** The boundary as busboy takes it; only asked once that has accepted the header. */
const boundaryOf = (request: Request): string => {
  const [, quoted, token] =
    /;\s*boundary=(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(request.get('content-type') ?? '') ?? [];
  return quoted?.replaceAll(/\\(.)/g, '$1') ?? token ?? '';
};

/**
 * The parts of a multipart/form-data request in the order in which they were sent; the content of a file must be read
 * before the next part comes. Throws a `ProblemError` for a form that cannot be understood, naming the part at fault,
 * and when the sender hangs up.
 */
export async function* multipartParts(request: Request): AsyncGenerator<UploadPart> {
  const parser = parserFor(request);
  const parts = new PassThrough({ objectMode: true });
  const headers = partHeaders(boundaryOf(request));
  let parsed = 0;

  parser.on('field', (field: string | undefined, value, { nameTruncated, valueTruncated }) => {
    parsed += 1;
    if (field === undefined || nameTruncated || valueTruncated) parts.destroy(tooManyParts);
    else if (`${field}${value}`.includes(REPLACEMENT))
      parts.destroy(fieldProblem(field, 'A field of the form is not valid UTF-8.', 'not valid UTF-8'));
    else parts.write({ field: withoutBrackets(field), value } satisfies UploadPart);
  });
  parser.on('file', (field: string | undefined, content: Readable, { filename }: { filename: string | undefined }) => {
    parsed += 1;
    // A file whose sender hung up fails in whoever reads it; if nobody does, it must not bring the process down.
    content.on('error', () => undefined);
    const kind = fileKind(field ?? '');
    if (kind === undefined) parts.destroy(unknownFileField(field ?? ''));
    else parts.write({ kind, name: displayName(filename ?? 'unnamed'), content } satisfies UploadPart);
  });
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) {
    parser.on(limit, () => parts.destroy(tooManyParts));
  }

  pipeline(request, headers.validate, parser).then(
    // The parser leaves out what it does not understand.
    () => (parsed === headers.parts() ? parts.end() : parts.destroy(new ProblemError(notUnderstood))),
    (error: unknown) => parts.destroy(new ProblemError(malformedForm(error))),
  );
  yield* parts as AsyncIterable<UploadPart>;
}

const notUnderstood = problem(400, 'multipart-malformed', 'A part of the form could not be read.');

const malformedForm = (error: unknown): ProblemReply => {
  if (error instanceof MalformedPart) {
    const { part, field, message: detail } = error;
    return problem(400, 'multipart-malformed', `Part ${String(part)} of the form: ${detail}`, {
      errors: [{ pointer: field === undefined ? `/parts/${String(part)}` : `/${field}`, detail }],
    });
  }
  const detail =
    error instanceof Error && error.message.startsWith('Malformed')
      ? 'The form is not well-formed multipart/form-data.'
      : 'The form ended before it was complete.';
  return problem(400, 'multipart-malformed', detail);
};
