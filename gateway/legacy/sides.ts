import { refuse } from '@lego-moc/http/problem';
import type { Capability } from '@lego-moc/migration/contracts/capabilities';
import type { Routing, Side } from '@lego-moc/migration/contracts/routing';
import type { RoutedRequestContext } from '../pipeline/request-context.ts';
import { routeDestination, type ChooseDestination, type Destination } from '../proxy/destination.ts';
import type { Route } from '../routing/routes.ts';
import { monolithAnswers, serviceAnswers } from './envelope.ts';
import { MONOLITH } from './legacy-routes.ts';
import type { TrafficComparison } from './shadow/traffic-comparison.ts';
import type { SideLabels, SideMetrics } from './side-metrics.ts';
import type { Write, WriteGate } from './write-gate.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Testers read from the side that this header names; writes always go to the side that writes for the user. */
const TESTER_HEADER = 'x-migration-side';
const TESTER_ROLES = ['tester', 'operator'];

type SidesOptions = {
  readonly gate: WriteGate;
  readonly metrics: Pick<SideMetrics, 'observe'>;
  readonly comparison: TrafficComparison;
};

const testerSideOf = ({ request, verification }: RoutedRequestContext): Side | undefined => {
  const side = request.headers[TESTER_HEADER];
  if (side !== 'legacy' && side !== 'platform') return undefined;
  return verification?.user.roles.some((role) => TESTER_ROLES.includes(role)) === true ? side : undefined;
};

const monolithPath = ({ match: { route, path } }: RoutedRequestContext): string =>
  route.prefix + path.slice(route.target.length);

/** The monolith verifies the token itself; it gets the one that was verified here, and no other cookie. */
const toMonolith = (context: RoutedRequestContext): Destination => ({
  ...{ upstream: MONOLITH, path: monolithPath(context), adapter: monolithAnswers },
  credentials: context.token === undefined ? [] : ['authorization', `Bearer ${context.token}`],
});

const toService = (context: RoutedRequestContext): Destination => ({
  ...routeDestination(context),
  adapter: serviceAnswers,
});

const toSide = (side: Side, context: RoutedRequestContext): Destination =>
  side === 'legacy' ? toMonolith(context) : toService(context);

/** Whether an upstream may be at work still on a write without having answered it. */
const isOver = (outcome: number | Error): boolean =>
  typeof outcome === 'number'
    ? outcome < 500
    : 'reply' in outcome && (outcome.reply as { status?: number }).status !== 504;

const userIdOf = ({ verification }: RoutedRequestContext): string =>
  verification?.user.id ?? refuse(401, 'not-authenticated', 'Sign in first.');

/** Where requests go beside a monolith: by the area of the path, and by the side that has the user. */
export const besideMonolith = ({ gate, metrics, comparison }: SidesOptions): ChooseDestination => {
  const observe = (
    { area, side, kind, moving }: SideLabels & { readonly moving?: { capability: Capability; routing: Routing } },
    destination: Destination,
  ): Destination => {
    const startedAt = performance.now();
    const measuredDestination: Destination = {
      ...destination,
      onEnd: (outcome) => {
        destination.onEnd?.(outcome);
        metrics.observe({ area, side, kind }, outcome, performance.now() - startedAt);
      },
    };
    return moving === undefined
      ? measuredDestination
      : comparison.observed({ ...moving, side, kind }, measuredDestination, startedAt);
  };

  const ending = (write: Write, destination: Destination): Destination => ({
    ...destination,
    onEnd: (outcome) => write.end(isOver(outcome)),
  });

  /** A route of the platform's own contract: it reads what the follower has brought, and writes for users of its own. */
  const toOwner = async (capability: Capability, context: RoutedRequestContext): Promise<Destination> => {
    const destination = routeDestination(context);
    if (READS.has(context.method)) return destination;
    const write = await gate.beginWrite(capability, userIdOf(context));
    if (write.side === 'platform') return ending(write, destination);
    write.end(true);
    return refuse(409, 'not-moved-yet', `Your ${capability} has not moved yet. Change it below /api as before.`);
  };

  const bySide = async (
    { area, capability }: NonNullable<Route['legacy']>,
    context: RoutedRequestContext,
  ): Promise<Destination> => {
    const isRead = READS.has(context.method);
    const kind = isRead ? 'read' : 'write';
    if (capability === undefined) return observe({ area, side: 'legacy', kind }, toMonolith(context));
    if (isRead) {
      const { side, routing } = await gate.readSide(capability, userIdOf(context));
      const read = { capability, routing, side: testerSideOf(context) ?? side };
      const destinations = { legacy: toMonolith(context), platform: toService(context) };
      return observe({ area, side: read.side, kind, moving: read }, comparison.compared(read, destinations, context));
    }
    const write = await gate.beginWrite(capability, userIdOf(context));
    const { side, routing } = write;
    return observe({ area, side, kind, moving: { capability, routing } }, ending(write, toSide(side, context)));
  };

  return (context) => {
    const { moves, legacy } = context.match.route;
    if (legacy !== undefined) return bySide(legacy, context);
    return moves === undefined ? routeDestination(context) : toOwner(moves, context);
  };
};
