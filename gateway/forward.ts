import type { Patience } from './config.ts';
import { requestHeaders, type RawHeaders } from './headers.ts';
import { bytesMaxOf, requestBody, type RequestBody } from './request-body.ts';
import type { UpstreamName } from './routes-table.ts';
import type { Verified } from './tokens.ts';
import { traceparentOf } from './trace.ts';
import type { Upstream } from './upstreams.ts';
import { isUpload, type RoutedVisit } from './visit.ts';
import { whenThere } from './when-there.ts';

export type ForwardOptions = {
  readonly upstreams: Readonly<Record<UpstreamName, Upstream>>;
  readonly contextFor: (verified: Verified, audience: UpstreamName) => RawHeaders | Promise<RawHeaders>;
  readonly patience: Patience;
};

/** Who the request came from, in the gateway's own words. */
const addProvenance = (headers: RawHeaders, visit: RoutedVisit): void => {
  const { request, client, host = '', protocol, correlationId, trace } = visit;
  headers.push('via', `${request.httpVersion} gateway`);
  headers.push('x-forwarded-for', client, 'x-forwarded-host', host, 'x-forwarded-proto', protocol);
  headers.push('x-correlation-id', correlationId, 'traceparent', traceparentOf(trace));
};

/** Who waits to be asked for a body too large is told so without having to send it. */
const askForBody = ({ request, response }: RoutedVisit, upload: boolean): void => {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (request.headers.expect !== undefined && announced <= bytesMaxOf(upload)) response.writeContinue();
};

/** Passes the request on and its answer back. Throws `Refused` or `ClientGone` when there is no answer to pass. */
export const forward = (
  { upstreams, contextFor, patience }: ForwardOptions,
  visit: RoutedVisit,
  search: string,
): number | Promise<number> => {
  const { request, response, match, trace, verified, head } = visit;
  const { upstream } = match.route;
  const upload = isUpload(visit);
  askForBody(visit, upload);

  const headers = requestHeaders(request, trace.continued);
  addProvenance(headers, visit);

  const ask = (body: RequestBody): Promise<number> =>
    upstreams[upstream].ask({
      request,
      response,
      head,
      path: match.path + search,
      headers,
      body,
      timeoutMs: upload ? patience.answerToUploadMs : patience.answerMs,
      readerMs: patience.readerMs,
    });
  return whenThere(verified === undefined ? [] : contextFor(verified, upstream), (context) => {
    headers.push(...context);
    return whenThere(requestBody(request, upload, patience.bodyMs), ask);
  });
};
