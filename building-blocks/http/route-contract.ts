import type { Request, Router } from 'express';
import type { z } from 'zod';
import { exactRouter } from './exact-router.ts';
import { rejectUnstorableText } from './storable-text.ts';
import { refuse } from './problem.ts';
import { respond, type Reply } from './respond.ts';

export type ReplyContract = {
  readonly description: string;
  /** The JSON body; none for an empty answer or another media type. */
  readonly schema?: z.ZodType;
  /** The media type, when it is not JSON. */
  readonly mediaType?: string;
};

export type RouteContract = {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** In Express's syntax: `/v1/mocs/:mocId`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  /** The callers that are allowed; `user` by default. */
  readonly access?: 'anyone' | 'user' | 'moderator' | 'operator' | 'service';
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  /** A JSON body. */
  readonly body?: z.ZodType;
  /** A body of another kind, e.g. multipart/form-data, described by a schema of its parts. Beside `body`: either of them. */
  readonly upload?: { readonly mediaType: string; readonly schema?: z.ZodType };
  /** It works on a file that arrived before, and has the time of an upload to answer. */
  readonly isAboutFile?: boolean;
  readonly replies: Readonly<Record<number, ReplyContract>>;
};

/** A message that the service sends to the receivers of webhooks. */
export type WebhookContract = {
  /** The type of the message: `moc.created`. */
  readonly name: string;
  readonly summary: string;
  readonly description?: string;
  readonly tags?: readonly string[];
  /** The headers that come with it, beside those of HTTP. */
  readonly headers: z.ZodType;
  readonly body: z.ZodType;
  /** What the receiver's answers mean, by their status or `2XX`. */
  readonly replies: Readonly<Record<string, string>>;
};

type Output<T> = T extends z.ZodType ? z.output<T> : undefined;

export type RouteInput<C extends RouteContract> = {
  readonly params: Output<C['params']>;
  readonly query: Output<C['query']>;
  readonly body: Output<C['body']>;
  readonly request: Request;
};

/** Defines a route's shape once, for the route itself and for the OpenAPI document. */
export const defineRoute = <const C extends RouteContract>(contract: C): C => contract;

/** A reply that breaks its own contract: a bug, found in tests by `createApi({ checkReplies: true })`. */
export class ContractViolation extends Error {
  constructor(contract: RouteContract, status: number, reason: string) {
    super(`${contract.method.toUpperCase()} ${contract.path} answered ${status}: ${reason}`);
    this.name = 'ReplyBreaksContract';
  }
}

/** The name under which `createApi` tells routes to check every reply against its contract. */
export const CHECK_REPLIES = 'check replies';

const checkReply = (contract: RouteContract, { status, body }: Reply): void => {
  if (status >= 400 && !(status in contract.replies)) return;
  const replyContract = contract.replies[status];
  if (replyContract === undefined) throw new ContractViolation(contract, status, 'no such reply is promised');
  if (replyContract.schema === undefined) return;
  const onTheWire: unknown = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
  const parseResult = replyContract.schema.safeParse(onTheWire);
  if (!parseResult.success) throw new ContractViolation(contract, status, parseResult.error.message);
};

const JSON_TYPES = ['application/json', 'application/*+json'];

/** An unparsed body is not an empty one: most often the client forgot the Content-Type of JSON. */
const requireJsonBody = (request: Request, { upload }: RouteContract): void => {
  if (request.get('content-length') === '0' || request.is(JSON_TYPES) !== false) return;
  const hint = upload === undefined ? 'Forms are not accepted here.' : `Here, ${upload.mediaType} is accepted, too.`;
  refuse(415, 'media-type-unsupported', `Send the body as JSON, with Content-Type: application/json. ${hint}`);
};

/** The JSON body, if the route takes one and the request has not brought the other kind of body instead. */
const jsonBodyOf = (request: Request, contract: RouteContract): unknown => {
  const { body, upload } = contract;
  if (body === undefined || (upload !== undefined && typeof request.is(upload.mediaType) === 'string'))
    return undefined;
  requireJsonBody(request, contract);
  return parse(body, 'body', request.body);
};

const parse = (schema: z.ZodType | undefined, part: string, value: unknown): unknown => {
  const result = schema?.safeParse(value);
  if (result?.success === false) {
    // Pointers name the part of the request: /title is in the body, /query/limit is not.
    if (part !== 'body') for (const issue of result.error.issues) issue.path.unshift(part);
    throw result.error;
  }
  rejectUnstorableText(result?.data, part === 'body' ? [] : [part]);
  return result?.data;
};

/**
 * An Express router with this one route, at exactly its path: parses the parts that the contract describes (400 with
 * the invalid fields otherwise) and sends the reply that `handler` returns. Parts that the contract leaves out arrive
 * as `undefined`.
 */
export const route = <const C extends RouteContract>(
  contract: C,
  handler: (input: RouteInput<C>) => Promise<Reply> | Reply,
): Router => {
  const router = exactRouter();
  router[contract.method](
    contract.path,
    respond(async (request) => {
      const input = {
        params: parse(contract.params, 'params', request.params),
        query: parse(contract.query, 'query', request.query),
        body: jsonBodyOf(request, contract),
        request,
      } as RouteInput<C>;
      const reply = await handler(input);
      if (request.app.get(CHECK_REPLIES) === true) checkReply(contract, reply);
      return reply;
    }),
  );
  return router;
};
