import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import busboy from 'busboy';
import type { Request } from 'express';
import { refuse, ProblemError, problem, type ProblemReply } from '@lego-moc/http/problem';
import { displayName } from '@lego-moc/kernel/display-name';
import { MalformedPart, partHeaders } from './part-headers.ts';

/** The name and value of a part that is no file. */
export type FormField = { readonly field: string; readonly value: string };

/** A file: the field that it was sent in, its name made safe to show, and its content, which is read once. */
export type FormFile = {
  readonly field: string;
  readonly name: string;
  readonly content: AsyncIterable<Uint8Array>;
};

/** A part of a form. A file has no `value`. */
export type FormPart = FormField | FormFile;

export const isFormField = (part: FormPart): part is FormField => 'value' in part;

export type FormOptions = {
  /** The fields that files are accepted in. */
  readonly fileFields: readonly string[];
  /** Most files in one form. */
  readonly filesMax: number;
};

const LIMITS = { fields: 100, fieldSize: 64 * 1024, fieldNameSize: 100, headerPairs: 50 };

/** busboy's replacement for bytes that are not UTF-8. */
const REPLACEMENT = '\uFFFD';

const withoutBrackets = (field: string): string => field.replace(/\[\]$/, '');

const fieldProblem = (field: string, detail: string, because: string): ProblemError =>
  new ProblemError(
    problem(400, 'invalid-request', detail, {
      errors: [{ pointer: `/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail: because }],
    }),
  );

const unknownFileField = (field: string, fileFields: readonly string[]): ProblemError =>
  fieldProblem(field, `Files are sent as ${fileFields.join(', ')}.`, 'no file is expected under this name');

const tooManyParts = new ProblemError(
  problem(413, 'too-many-parts', 'The form has more parts than are accepted at once.'),
);

const parserFor = (request: Request, files: number): busboy.Busboy => {
  try {
    return busboy({ headers: request.headers, limits: { ...LIMITS, files }, defParamCharset: 'utf8' });
  } catch {
    return refuse(415, 'multipart-expected', 'Send the files as multipart/form-data.');
  }
};

/** The boundary as busboy takes it; only asked once that has accepted the header. */
const boundaryOf = (request: Request): string => {
  const [, quotedBoundary, token] =
    /;\s*boundary=(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))/i.exec(request.get('content-type') ?? '') ?? [];
  return quotedBoundary?.replaceAll(/\\(.)/g, '$1') ?? token ?? '';
};

/**
 * The bytes of a file. A form that breaks off within it fails with the same problem wherever the file is read. A reader
 * who leaves early does not close the file: the parser would wait for it for ever.
 */
async function* contentOf(file: Readable): AsyncGenerator<Uint8Array, void> {
  try {
    yield* file.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw new ProblemError(malformedForm(error));
  }
}

/**
 * The parts of a multipart/form-data request in the order in which they were sent; the content of a file must be read
 * before the next part is asked for, and what is left of it is passed over. Throws a `ProblemError` for a form that
 * cannot be understood, naming the part at fault, and when the sender hangs up.
 */
export async function* formParts(
  request: Request,
  { fileFields, filesMax }: FormOptions,
): AsyncGenerator<FormPart, void> {
  const parser = parserFor(request, filesMax);
  const parts = new PassThrough({ objectMode: true });
  const headers = partHeaders(boundaryOf(request));
  const files = new WeakMap<FormPart, Readable>();
  let partCount = 0;

  parser.on('field', (field: string | undefined, value, { nameTruncated, valueTruncated }) => {
    partCount += 1;
    if (field === undefined || nameTruncated || valueTruncated) parts.destroy(tooManyParts);
    else if (`${field}${value}`.includes(REPLACEMENT))
      parts.destroy(fieldProblem(field, 'A field of the form is not valid UTF-8.', 'not valid UTF-8'));
    else parts.write({ field: withoutBrackets(field), value } satisfies FormField);
  });
  parser.on('file', (sentIn: string | undefined, file: Readable, info: { filename: string | undefined }) => {
    partCount += 1;
    // A file whose sender hung up fails in whoever reads it; if nobody does, it must not bring the process down.
    file.on('error', () => undefined);
    const field = withoutBrackets(sentIn ?? '');
    const part: FormFile = { field, name: displayName(info.filename ?? 'unnamed'), content: contentOf(file) };
    files.set(part, file);
    if (fileFields.includes(field)) parts.write(part);
    else parts.destroy(unknownFileField(sentIn ?? '', fileFields));
  });
  for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const) {
    parser.on(limit, () => parts.destroy(tooManyParts));
  }

  pipeline(request, headers.validate, parser).then(
    // The parser leaves out what it does not understand.
    () => (partCount === headers.parts() ? parts.end() : parts.destroy(new ProblemError(notUnderstood))),
    (error: unknown) => parts.destroy(new ProblemError(malformedForm(error))),
  );
  for await (const part of parts as AsyncIterable<FormPart>) {
    yield part;
    files.get(part)?.resume();
  }
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
