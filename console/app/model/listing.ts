import type { SubscriptionStatus } from '../api/shapes.ts';

/** A persistent subscription of a service; a projection is one with a read model. */
export type Subscription = SubscriptionStatus & { readonly service: string };

/** Age of the first event that is not handled yet; while that cannot be known, of the event handled last. */
export const secondsBehind = ({ lagSeconds, secondsBehind: age }: SubscriptionStatus): number | undefined =>
  lagSeconds === undefined ? age : Math.round(lagSeconds);

/** The subscriptions of one service, projections first and under their own names, by which they are operated. */
export const toListing = (service: string, subscriptions: readonly SubscriptionStatus[]): readonly Subscription[] => {
  const [projections, others] = [true, false].map((isProjection) =>
    subscriptions.filter(({ readModel }) => (readModel !== undefined) === isProjection),
  );
  return [...(projections ?? []), ...(others ?? [])].map((status) => ({
    ...{ ...status, service },
    name: status.readModel?.name ?? status.name,
  }));
};

/** What one service said about its subscriptions, or why it could not be asked. */
export type ServiceListing = {
  readonly service: string;
  readonly isPending: boolean;
  /** When it last answered; 0 before. */
  readonly answeredAtMs: number;
  readonly subscriptions: readonly Subscription[];
  readonly failure?: Error;
};
