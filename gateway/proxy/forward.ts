import { formatTraceparent } from '@lego-moc/tracing/traceparent';
import type { Timeouts } from '../config.ts';
import { forwardedRequestHeaders, type RawHeaders } from '../http/headers.ts';
import { bytesMaxOf, requestBody } from '../http/request-body.ts';
import { isUpload, type RoutedRequestContext } from '../pipeline/request-context.ts';
import type { ServiceName } from '../routing/routes.ts';
import type { ContextSigner } from '../security/signed-contexts.ts';
import type { ChooseDestination, Destination } from './destination.ts';
import type { UpstreamRequest } from './exchange.ts';
import type { Upstream } from './upstreams.ts';

export type ForwardOptions = {
  readonly upstreams: Readonly<Record<ServiceName, Upstream>>;
  readonly signContext: ContextSigner;
  readonly timeouts: Timeouts;
  readonly chooseDestination: ChooseDestination;
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

/** Sends to the destination, which hears what came of it. */
const sendTo = async (
  { upstreams }: Pick<ForwardOptions, 'upstreams'>,
  { upstream: name, onEnd }: Destination,
  request: UpstreamRequest,
): Promise<void> => {
  try {
    const upstream = upstreams[name];
    if (upstream === undefined) throw new Error(`No service is called ${name}`);
    const status = await upstream.send(request);
    onEnd?.(status);
  } catch (error) {
    onEnd?.(error as Error);
    throw error;
  }
};

/** Forwards the request and its answer. Throws `ProblemError` or `ClientDisconnected` when there is no answer. */
export const forward = async (
  options: ForwardOptions,
  context: RoutedRequestContext,
  search: string,
): Promise<void> => {
  const { signContext, timeouts, chooseDestination } = options;
  const { request, response, method, trace, verification, head } = context;
  const upload = isUpload(context);
  sendContinue(context, upload);

  const headers = forwardedRequestHeaders(request, trace.isContinued);
  addForwardingHeaders(headers, context);
  const body = await requestBody(request, upload, timeouts.bodyTimeoutMs);
  const destination = await chooseDestination(context);
  const { upstream, path, credentials, adapter } = destination;
  context.upstream = upstream;
  const signedHeaders = (): RawHeaders =>
    credentials ?? (verification === undefined ? [] : signContext(verification.user, upstream, { method, path }));
  await sendTo(options, destination, {
    ...{ request, response, head, path: path + search, headers, signedHeaders, body, upload, adapter },
    timeoutMs: upload ? timeouts.uploadAnswerTimeoutMs : timeouts.answerTimeoutMs,
    readTimeoutMs: timeouts.readTimeoutMs,
  });
};
