import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credentials } from '@eventstore/db-client';
import getPort from 'get-port';
import { startNodeProcess, type NodeProcess } from './node-process.ts';

/** A server with users: the address without credentials, and the credentials of its two initial users. */
export type SecuredTarget = {
  readonly start: () => Promise<{ readonly url: string; readonly admin: Credentials; readonly ops: Credentials }>;
  readonly stop: () => Promise<void>;
  /** Creates a user over HTTP, and returns the status of the response. */
  readonly createUser: (user: object, by: Credentials) => Promise<number>;
};

/** The reason why no certificate can be made here; undefined when one can. */
export const whyNoCertificates = (): string | undefined =>
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not installed';

const makeCertificate = (directory: string): { cert: string; key: string } => {
  const [cert, key] = [join(directory, 'cert.pem'), join(directory, 'key.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost', '-days', '2'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const openssl = spawnSync('openssl', ['req', ...kind, '-keyout', key, '-out', cert, ...subject]);
  if (openssl.status !== 0) throw new Error(`No certificate: ${openssl.stderr.toString()}`);
  return { cert, key };
};

const postJson = (url: string, body: object, options: { ca: Buffer; auth: string }): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' };
    const call = request(url, { ...options, method: 'POST', headers }, (response) => {
      resolve(response.resume().statusCode ?? 0);
    });
    call.on('error', reject);
    call.end(JSON.stringify(body));
  });

/** The embedded node with a certificate and passwords made for this run. */
export const securedTarget = (): SecuredTarget => {
  const directory = mkdtempSync(join(tmpdir(), 'event-store-secured-'));
  const passwords = { admin: randomUUID(), ops: randomUUID() };
  let node: NodeProcess | undefined;
  let ca = '';
  return {
    start: async () => {
      const { cert, key } = makeCertificate(directory);
      ca = cert;
      const port = String(await getPort());
      node = await startNodeProcess({
        args: ['--mem', '--port', port, '--tls-cert', cert, '--tls-key', key, '--auth'],
        env: { EVENT_STORE_ADMIN_PASSWORD: passwords.admin, EVENT_STORE_OPS_PASSWORD: passwords.ops },
      });
      return {
        url: `${node.connectionString}&tlsCAFile=${cert}`,
        admin: { username: 'admin', password: passwords.admin },
        ops: { username: 'ops', password: passwords.ops },
      };
    },
    createUser: (user, { username, password }) => {
      const { host } = new URL(node?.connectionString ?? '');
      return postJson(`https://${host}/users/`, user, { ca: readFileSync(ca), auth: `${username}:${password}` });
    },
    stop: async () => {
      await node?.end('SIGTERM');
      rmSync(directory, { recursive: true, force: true });
    },
  };
};
