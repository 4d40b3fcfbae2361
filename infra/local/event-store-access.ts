import { join } from 'node:path';
import { EventStoreDBClient } from '@eventstore/db-client';
import { prepareStore } from '@lego-moc/event-store-cli/prepare/prepare';
import { userApi } from '@lego-moc/event-store-cli/prepare/user-api';
import { ensureCertificate, type CertificateFiles } from './certificate.ts';
import { keysFolder, writeEnvFile } from './environment.ts';
import { CONTEXTS, OPTIONAL, portOf, type Ports } from './registry.ts';
import { secret } from './secrets.ts';

type Platform = { readonly dataDir: string; readonly ports: Ports };

const passwordOf = (dataDir: string, account: string): string =>
  secret(keysFolder(dataDir), `${account}.event-store-password`);

const certificateFiles = (dataDir: string): CertificateFiles => ({
  cert: join(keysFolder(dataDir), 'event-store.crt'),
  key: join(keysFolder(dataDir), 'event-store.key'),
});

/** The connection string of the embedded event store for one account: a service, or `admin`. */
export const eventStoreUrlFor = ({ dataDir, ports }: Platform, account: string): string => {
  const credentials = `${account}:${encodeURIComponent(passwordOf(dataDir, account))}`;
  // By name: an IP address is no server name in TLS, which Node warns of.
  const authority = `localhost:${String(portOf(ports, 'event-store'))}`;
  return `esdb://${credentials}@${authority}?tls=true&tlsCAFile=${encodeURIComponent(certificateFiles(dataDir).cert)}`;
};

/** The options of a node that lets nobody in without a password; makes what they name. */
export const securedNodeOptions = async (
  dataDir: string,
): Promise<{ readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> }> => {
  const files = certificateFiles(dataDir);
  await ensureCertificate(files);
  return {
    args: ['--tls-cert', files.cert, '--tls-key', files.key, '--auth'],
    env: {
      EVENT_STORE_ADMIN_PASSWORD: passwordOf(dataDir, 'admin'),
      EVENT_STORE_OPS_PASSWORD: passwordOf(dataDir, 'ops'),
    },
  };
};

/**
 * Gives each service an account of its own on a node that runs, and closes the streams to everybody else. Leaves the
 * administrator's URL in `env/event-store.env`.
 */
export const prepareEventStore = async (platform: Platform): Promise<void> => {
  const url = eventStoreUrlFor(platform, 'admin');
  const users = userApi(url);
  const client = EventStoreDBClient.connectionString(url);
  const services = [...CONTEXTS, ...OPTIONAL].map(({ name }) => name);
  const passwords = Object.fromEntries(services.map((name) => [name, passwordOf(platform.dataDir, name)]));
  try {
    await prepareStore({ client, users, services, passwords, dryRun: false });
    writeEnvFile(platform.dataDir, { name: 'event-store' }, { EVENTSTORE_URL: url });
  } finally {
    await Promise.all([users.close(), client.dispose()]);
  }
};
