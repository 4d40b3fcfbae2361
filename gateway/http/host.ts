import type { IncomingMessage } from 'node:http';
import { refuse } from '@lego-moc/http/problem';

/**
 * A name or an address, perhaps with a port. It may be empty: `http:` needs one, a trusted proxy may not know it. No
 * comma: X-Forwarded-Host is read as a list.
 */
const HOST = /^(?:[\w.~!$&'()*+;=%-]*|\[[0-9a-f:.]+\])(?::\d{0,5})?$/i;

const linesOf = ({ rawHeaders }: IncomingMessage): number => {
  let lines = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === 4 && name.toLowerCase() === 'host') lines += 1;
  }
  return lines;
};

/** A target need not name a host; if it does, the host is not empty and has no user name and password before it. */
const isHost = (authority: string): boolean => HOST.test(authority) && !authority.startsWith(':');

/**
 * The host of a request: that of the target if it names one, else of the Host field (RFC 9112 section 3.2). Refuses
 * with 400 when two servers could read it differently.
 */
export const hostOf = (request: IncomingMessage, authority: string | undefined): string => {
  const host = request.headers.host ?? '';
  const lines = linesOf(request);
  const enough = lines === 1 || (lines === 0 && request.httpVersion === '1.0');
  const sound = HOST.test(host) && (authority === undefined || isHost(authority));
  if (!enough || !sound) refuse(400, 'host-ambiguous', 'A request names the host that it is for once.');
  return authority ?? host;
};
