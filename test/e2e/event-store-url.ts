import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { eventStoreUrlFor } from '@lego-moc/local/event-store-access';
import type { Ports } from '@lego-moc/local/registry';

type PlatformAddress = { readonly dataDir: string; readonly ports: Ports };

/** Where an administrator reaches the event store of a platform: the one that the environment names, else its embedded one. */
export const eventStoreUrl = (platform: PlatformAddress): string =>
  process.env['EVENTSTORE_URL'] ?? eventStoreUrlFor(platform, 'admin');

/** The metrics of a platform's embedded event store, in the text format of Prometheus. */
export const eventStoreMetrics = async (platform: PlatformAddress): Promise<string> => {
  const { host, username, password, searchParams } = new URL(eventStoreUrlFor(platform, 'admin'));
  const ca = readFileSync(searchParams.get('tlsCAFile') ?? '');
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(`https://${host}/metrics`, { ca, auth: `${username}:${password}` }, resolve).on('error', reject);
  });
  return text(response);
};
