import type { Timeouts } from '../config.ts';
import { forwardedRequestHeaders, type RawHeaders } from '../http/headers.ts';
import { bytesMaxOf, requestBody, type RequestBody } from '../http/request-body.ts';
import type { UpstreamName } from '../routing/routes-table.ts';
import type { VerifiedToken } from '../security/tokens.ts';
import { traceparentOf } from '../http/trace.ts';
import type { Upstream } from './upstreams.ts';
import { isUpload, type RoutedRequestContext } from '../pipeline/request-context.ts';
import { whenThere } from '../http/when-there.ts';

export type ForwardOptions = {
  readonly upstreams: Readonly<Record<UpstreamName, Upstream>>;
  readonly contextFor: (verified: VerifiedToken, audience: UpstreamName) => RawHeaders | Promise<RawHeaders>;
  readonly timeouts: Timeouts;
};

/** Who the request came from, in the gateway's own words. */
const addForwardingHeaders = (headers: RawHeaders, context: RoutedRequestContext): void => {
  const { request, client, host = '', protocol, correlationId, trace } = context;
  headers.push('via', `${request.httpVersion} gateway`);
  headers.push('x-forwarded-for', client, 'x-forwarded-host', host, 'x-forwarded-proto', protocol);
  headers.push('x-correlation-id', correlationId, 'traceparent', traceparentOf(trace));
};

/** Who waits to be asked for a body too large is told so without having to send it. */
const sendContinue = ({ request, response }: RoutedRequestContext, upload: boolean): void => {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (request.headers.expect !== undefined && announced <= bytesMaxOf(upload)) response.writeContinue();
};

/** Passes the request on and its answer back. Throws `Refused` or `ClientGone` when there is no answer to pass. */
export const forward = (
  { upstreams, contextFor, timeouts }: ForwardOptions,
  context: RoutedRequestContext,
  search: string,
): number | Promise<number> => {
  const { request, response, match, trace, verified, head } = context;
  const { upstream } = match.route;
  const upload = isUpload(context);
  sendContinue(context, upload);

  const headers = forwardedRequestHeaders(request, trace.continued);
  addForwardingHeaders(headers, context);

  const ask = (body: RequestBody): Promise<number> =>
    upstreams[upstream].send({
      request,
      response,
      head,
      path: match.path + search,
      headers,
      body,
      timeoutMs: upload ? timeouts.uploadAnswerTimeoutMs : timeouts.answerTimeoutMs,
      readTimeoutMs: timeouts.readTimeoutMs,
    });
  return whenThere(verified === undefined ? [] : contextFor(verified, upstream), (context) => {
    headers.push(...context);
    return whenThere(requestBody(request, upload, timeouts.bodyTimeoutMs), ask);
  });
};
