import type { Capability } from '@lego-moc/migration/contracts/capabilities';
import type { Routing, Side } from '@lego-moc/migration/contracts/routing';
import type { RoutedRequestContext } from '../../pipeline/request-context.ts';
import type { Destination } from '../../proxy/destination.ts';
import type { ServiceName } from '../../routing/routes.ts';
import type { ContextSigner } from '../../security/signed-contexts.ts';
import type { GatheredEvidence } from './gathered-evidence.ts';
import type { ShadowReads } from './shadow-reads.ts';
import type { SideRead } from './side-reader.ts';

/** Where both sides have the same rows, and somebody will decide by what they answer. */
const COMPARED_STATES: readonly Routing['state'][] = ['shadow', 'canary', 'live'];

type ComparisonOptions = {
  readonly shadow: ShadowReads;
  readonly evidence: Pick<GatheredEvidence, 'noteAnswer'>;
  readonly signContext: ContextSigner;
  readonly originOf: (upstream: ServiceName) => string;
};

export type Destinations = Readonly<Record<Side, Destination>>;

type ObservedRequest = {
  readonly capability: Capability;
  readonly routing: Routing;
  readonly side: Side;
  readonly kind: 'read' | 'write';
};

/** What an outcome says about the side; `undefined` where the client is the cause. */
const evidenceOf = (outcome: number | Error): number | 'failed' | undefined => {
  if (typeof outcome === 'number') return outcome;
  const status = 'reply' in outcome ? (outcome.reply as { status?: number }).status : undefined;
  return status !== undefined && status >= 500 ? 'failed' : undefined;
};

/** Evidence for the gates of a migration: what each side answers, and whether both answer alike. */
export const trafficComparison = ({ shadow, evidence, signContext, originOf }: ComparisonOptions) => {
  const sideRead = (context: RoutedRequestContext, { upstream, path, credentials }: Destination): SideRead => {
    const { verification, correlationId, request, method } = context;
    const search = request.url?.indexOf('?') ?? -1;
    const signedHeaders = () =>
      credentials ?? (verification === undefined ? [] : signContext(verification.user, upstream, { method, path }));
    return {
      origin: originOf(upstream),
      path: path + (search === -1 ? '' : (request.url ?? '').slice(search)),
      headers: () => ['accept', 'application/json', 'x-correlation-id', correlationId, ...signedHeaders()],
    };
  };

  return {
    /** The destination, whose answer counts for its side. */
    observed: (
      { capability, routing, side, kind }: ObservedRequest,
      destination: Destination,
      startedAt: number,
    ): Destination => {
      if (!COMPARED_STATES.includes(routing.state)) return destination;
      return {
        ...destination,
        onEnd: (outcome) => {
          destination.onEnd?.(outcome);
          const answer = evidenceOf(outcome);
          if (answer === undefined) return;
          const times = kind === 'read' && answer !== 'failed' ? { readMs: performance.now() - startedAt } : {};
          evidence.noteAnswer(capability, routing, { side, outcome: answer, ...times });
        },
      };
    },

    /** The destination of a read, whose answer is compared with that of the other side after it has passed. */
    compared: (
      { capability, routing, side }: Pick<ObservedRequest, 'capability' | 'routing' | 'side'>,
      destinations: Destinations,
      context: RoutedRequestContext,
    ): Destination => {
      const destination = destinations[side];
      if (context.method !== 'GET' || !COMPARED_STATES.includes(routing.state)) return destination;
      const tap = shadow.tapFor(() => ({
        ...{ capability, stage: routing, side, correlationId: context.correlationId },
        userId: context.verification?.user.id ?? '',
        reads: {
          legacy: sideRead(context, destinations.legacy),
          platform: sideRead(context, destinations.platform),
        },
      }));
      if (tap === undefined) return destination;
      const adapter = {
        ...destination.adapter,
        tap: (status: number, headers: { readonly 'content-encoding'?: string | undefined }) =>
          tap(status, headers['content-encoding']),
      };
      return { ...destination, adapter };
    },
  };
};

export type TrafficComparison = ReturnType<typeof trafficComparison>;
