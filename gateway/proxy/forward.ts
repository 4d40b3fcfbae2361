import { formatTraceparent } from '@lego-moc/tracing/traceparent';
import type { Timeouts } from '../config.ts';
import { forwardedRequestHeaders, type RawHeaders } from '../http/headers.ts';
import { bytesMaxOf, requestBody } from '../http/request-body.ts';
import { isUpload, type RoutedRequestContext } from '../pipeline/request-context.ts';
import type { ServiceName } from '../routing/routes.ts';
import { destinationsOf } from '../routing/strategy.ts';
import type { ContextSigner } from '../security/signed-contexts.ts';
import type { Upstream } from './upstreams.ts';

export type ForwardOptions = {
  readonly upstreams: Readonly<Record<ServiceName, Upstream>>;
  readonly signContext: ContextSigner;
  readonly timeouts: Timeouts;
};

/** The origin of the request, as the gateway states it. */
const addForwardingHeaders = (headers: RawHeaders, context: RoutedRequestContext): void => {
  const { request, client, host = '', protocol, correlationId, trace } = context;
  headers.push('via', `${request.httpVersion} gateway`);
  headers.push('x-forwarded-for', client, 'x-forwarded-host', host, 'x-forwarded-proto', protocol);
  headers.push('x-correlation-id', correlationId, 'traceparent', formatTraceparent(trace));
};

/** A client that expects 100-continue gets its refusal without having to send a body that is too large. */
const sendContinue = ({ request, response }: RoutedRequestContext, upload: boolean): void => {
  const length = Number(request.headers['content-length'] ?? 0);
  if (request.headers.expect !== undefined && length <= bytesMaxOf(upload)) response.writeContinue();
};

/** Forwards the request and its answer. Throws `ProblemError` or `ClientDisconnected` when there is no answer. */
export const forward = async (
  { upstreams, signContext, timeouts }: ForwardOptions,
  context: RoutedRequestContext,
  search: string,
): Promise<void> => {
  const { request, response, method, match, trace, verification, head } = context;
  const { path } = match;
  const { primary } = destinationsOf(match.route, request, verification?.user);
  context.upstream = primary;
  const upload = isUpload(context);
  sendContinue(context, upload);

  const headers = forwardedRequestHeaders(request, trace.isContinued);
  addForwardingHeaders(headers, context);
  const body = await requestBody(request, upload, timeouts.bodyTimeoutMs);
  const upstream = upstreams[primary];
  if (upstream === undefined) throw new Error(`No service is called ${primary}`);
  await upstream.send({
    request,
    response,
    head,
    path: path + search,
    headers,
    signedHeaders: () => (verification === undefined ? [] : signContext(verification.user, primary, { method, path })),
    body,
    upload,
    timeoutMs: upload ? timeouts.uploadAnswerTimeoutMs : timeouts.answerTimeoutMs,
    readTimeoutMs: timeouts.readTimeoutMs,
  });
};
