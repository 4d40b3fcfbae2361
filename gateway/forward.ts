import type { Patience } from './config.ts';
import { requestHeaders, type RawHeaders } from './headers.ts';
import { bytesMaxOf, requestBody } from './request-body.ts';
import type { UpstreamName } from './routes-table.ts';
import type { Verified } from './tokens.ts';
import { traceparentOf } from './trace.ts';
import type { Upstream } from './upstreams.ts';
import type { RoutedVisit } from './visit.ts';

export type ForwardOptions = {
  readonly upstreams: Readonly<Record<UpstreamName, Upstream>>;
  readonly contextFor: (verified: Verified, audience: UpstreamName) => Promise<RawHeaders>;
  readonly patience: Patience;
};

/** Who the request came from, in the gateway's own words. */
const provenance = ({ request, client, host = '', protocol, correlationId, trace }: RoutedVisit): RawHeaders => [
  'via',
  `${request.httpVersion} gateway`,
  'x-forwarded-for',
  client,
  'x-forwarded-host',
  host,
  'x-forwarded-proto',
  protocol,
  'x-correlation-id',
  correlationId,
  'traceparent',
  traceparentOf(trace),
];

/** Who waits to be asked for a body too large is told so without having to send it. */
const askForBody = ({ request, response, match }: RoutedVisit): void => {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (request.headers.expect !== undefined && announced <= bytesMaxOf(match.upload)) response.writeContinue();
};

/** Passes the request on and its answer back. Throws `Refused` or `ClientGone` when there is no answer to pass. */
export const forward = async (
  { upstreams, contextFor, patience }: ForwardOptions,
  visit: RoutedVisit,
  search: string,
): Promise<void> => {
  const { request, response, match, trace, verified } = visit;
  const { upstream } = match.route;
  askForBody(visit);

  const headers = requestHeaders(request, trace.continued);
  headers.push(...provenance(visit));
  if (verified !== undefined) headers.push(...(await contextFor(verified, upstream)));

  await upstreams[upstream].ask({
    request,
    response,
    path: match.path + search,
    headers,
    body: await requestBody(request, match.upload, patience.bodyMs),
    timeoutMs: match.upload ? patience.answerToUploadMs : patience.answerMs,
    readerMs: patience.readerMs,
  });
};
