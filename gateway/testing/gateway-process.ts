import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { LOCAL_ISSUER_URL } from '@lego-moc/http/default-ports';

const MAIN = join(import.meta.dirname, '../main.ts');

export type LocalIssuer = { readonly jwksUrl: string; readonly authorization: string };

/** An issuer whose keys any process here can fetch, and a token of its for `ada`. Ends with the test run. */
export const localIssuer = async (): Promise<LocalIssuer> => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA' }];
  const server = createServer((_request, response) => response.end(JSON.stringify({ keys }))).listen(0, '127.0.0.1');
  server.unref();
  await once(server, 'listening');
  const claims = { iss: LOCAL_ISSUER_URL, aud: 'lego-moc', sub: 'ada', roles: [] };
  const token = new SignJWT(claims).setProtectedHeader({ alg: 'EdDSA', kid: 'k' }).setExpirationTime('10m');
  return {
    jwksUrl: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`,
    authorization: `Bearer ${await token.sign(privateKey)}`,
  };
};

export type GatewayProcess = {
  readonly url: string;
  readonly process: ChildProcess;
  /** Its log so far, line by line. */
  readonly log: readonly string[];
};

/** The gateway as a process, on a free port. Resolves once it listens; the caller ends it. */
export const startGatewayProcess = async (env: Readonly<Record<string, string>>): Promise<GatewayProcess> => {
  const gateway = spawn(process.execPath, [MAIN], {
    env: { PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const log: string[] = [];
  const listening = Promise.withResolvers<string>();
  createInterface(gateway.stdout!).on('line', (line) => {
    log.push(line);
    const entry = JSON.parse(line) as { message: string; url: string };
    if (entry.message === 'Listening') listening.resolve(entry.url);
  });
  gateway.once('exit', (code) => listening.reject(new Error(`The gateway ended with ${String(code)}`)));
  return { url: await listening.promise, process: gateway, log };
};
