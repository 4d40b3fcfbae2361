import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { newKeyPair, signingKey, type SigningKey } from '@lego-moc/auth-middleware/keys';

export type Authority = { readonly key: SigningKey; readonly jwksUrl: string; readonly close: () => void };

/** A key to sign tokens or user contexts with, published as a JWKS. */
export const startAuthority = async (): Promise<Authority> => {
  const { privateJwk, publicJwk } = await newKeyPair('gateway');
  const jwks = JSON.stringify({ keys: [publicJwk] });
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(jwks);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    key: signingKey(privateJwk),
    jwksUrl: `http://127.0.0.1:${port}/jwks.json`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
