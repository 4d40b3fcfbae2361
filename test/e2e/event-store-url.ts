import { addresses } from '@lego-moc/local/environment';
import type { Ports } from '@lego-moc/local/registry';

/** The URL of a platform's event store: the one that the environment names, else its embedded one. */
export const eventStoreUrl = ({ ports }: { readonly ports: Ports }): string =>
  addresses(ports, process.env)['EVENTSTORE_URL'] ?? '';
