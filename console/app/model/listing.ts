import type { ProjectionStatus, SubscriptionStatus } from '../api/shapes.ts';

/** A persistent subscription of a service; a projection is one with a read model. */
export type Subscription = SubscriptionStatus & {
  readonly service: string;
  readonly readModel?: Pick<ProjectionStatus, 'generation' | 'builtAt' | 'rows'>;
};

/** Age of the first event that is not handled yet; while that cannot be known, of the event handled last. */
export const secondsBehind = ({ lagSeconds, secondsBehind: age }: SubscriptionStatus): number | undefined =>
  lagSeconds === undefined ? age : Math.round(lagSeconds);

/** The subscriptions of one service, each once: a projection is listed among its service's groups as well. */
export const mergeListing = (
  service: string,
  projections: readonly ProjectionStatus[],
  subscriptions: readonly SubscriptionStatus[],
): readonly Subscription[] => {
  const projectionGroups = new Set(projections.map(({ group }) => group));
  return [
    ...projections.map(({ generation, builtAt, rows, ...status }) => ({
      ...status,
      service,
      readModel: { generation, builtAt, rows },
    })),
    ...subscriptions.filter(({ group }) => !projectionGroups.has(group)).map((status) => ({ ...status, service })),
  ];
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
