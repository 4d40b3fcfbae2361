import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';

const CODES = {
  400: 'VALIDATION_ERROR',
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  409: 'CONFLICT',
  500: 'INTERNAL_ERROR',
} as const;

type ErrorStatus = keyof typeof CODES;

/** An answer of the monolith that is no success. */
export class Refusal extends Error {
  readonly status: ErrorStatus;
  readonly code: string;
  readonly details: readonly unknown[] | undefined;

  constructor(status: ErrorStatus, message: string, { code = CODES[status], details }: RefusalOptions = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

type RefusalOptions = { readonly code?: string; readonly details?: readonly unknown[] };

export type Answer = { readonly message: string; readonly data: unknown; readonly status?: 200 | 202 };

/** A handler that returns its answer. */
export const answer =
  (handle: (request: Request, response: Response) => Promise<Answer>): RequestHandler =>
  async (request, response) => {
    const { message, data, status = 200 } = await handle(request, response);
    response.status(status).json({ status, message, data });
  };

/** PostgreSQL: a unique index refused a row. */
const UNIQUE_VIOLATION = '23505';

const refusalOf = (error: unknown): Refusal => {
  if (error instanceof Refusal) return error;
  const { code, type } = error as { code?: string; type?: string };
  if (code === UNIQUE_VIOLATION) return new Refusal(409, 'This exists already');
  if (type === 'entity.parse.failed') return new Refusal(400, 'The body is no JSON');
  return new Refusal(500, 'Internal server error');
};

/** Express's last handler: each error in the monolith's envelope. */
export const sendRefusal =
  (report: (error: unknown) => void): ErrorRequestHandler =>
  (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const { status, code, message, details } = refusalOf(error);
    if (status === 500) report(error);
    response.status(status).json({ status, error: code, message, ...(details === undefined ? {} : { details }) });
  };
