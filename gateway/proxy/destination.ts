import type { RoutedRequestContext } from '../pipeline/request-context.ts';
import type { RawHeaders } from '../http/headers.ts';
import type { ServiceName } from '../routing/routes.ts';
import type { AnswerAdapter } from './exchange.ts';

/** Where one request goes. */
export type Destination = {
  readonly upstream: ServiceName;
  /** The path as the upstream knows it. */
  readonly path: string;
  /** What the upstream is told of the user, instead of a signed context. */
  readonly credentials?: RawHeaders;
  readonly adapter?: AnswerAdapter;
  /** Called once: with the status of the answer, or with what kept it from coming. */
  readonly onEnd?: (outcome: number | Error) => void;
};

/** Chooses where a request goes, after it has been authenticated and its body has begun to arrive. */
export type ChooseDestination = (context: RoutedRequestContext) => Promise<Destination> | Destination;

/** The upstream of the route. */
export const routeDestination = ({ match: { route, path } }: RoutedRequestContext): Destination => ({
  upstream: route.upstream,
  path,
});
