import type { IncomingMessage } from 'node:http';
import type { User } from '@lego-moc/http/caller';

/** Names the services that one request goes to. A shadow or a fallback would be a further member. */
export type Destinations = { readonly primary: string };

/** Chooses where a request goes, after it has been authenticated; `user` is `undefined` on routes open to anyone. */
export type Strategy = (request: IncomingMessage, user: User | undefined) => Destinations;

/** The targets of a request on `route`: chosen by its strategy, else its upstream. */
export const destinationsOf = (
  { upstream, strategy }: { readonly upstream: string; readonly strategy?: Strategy },
  request: IncomingMessage,
  user: User | undefined,
): Destinations => strategy?.(request, user) ?? { primary: upstream };
