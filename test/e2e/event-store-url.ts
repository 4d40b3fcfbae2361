import { addresses } from '@lego-moc/local/environment';
import type { Ports } from '@lego-moc/local/registry';

/** Where the event store of a platform is: the one that the environment names, else its embedded one. */
export const eventStoreUrl = ({ ports }: { readonly ports: Ports }): string =>
  addresses(ports, process.env)['EVENTSTORE_URL'] ?? '';
