import { z } from 'zod';
import { refuse } from '@lego-moc/http/problem';

const TIMEOUT_MS = 2_000;

const tokenReply = z.object({ token: z.string() });

/** Asks the development issuer for a token of an operator with these roles. Refuses with 503 when it does not answer. */
export const developmentToken = async (issuerUrl: string, roles: readonly string[]): Promise<string> => {
  try {
    const reply = await fetch(new URL('/tokens', issuerUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'operator', roles }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    if (!reply.ok) throw new Error(`answered ${String(reply.status)}`);
    return tokenReply.parse(await reply.json()).token;
  } catch {
    return refuse(503, 'identity-unavailable', 'The development issuer does not answer. Try again shortly.', {
      headers: { 'retry-after': '2' },
    });
  }
};
