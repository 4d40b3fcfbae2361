import type { OperatedConsumer, OpsClient } from './ops-client.ts';
import { formatCount, formatTable, print, printJson } from './output.ts';

export type Options = { readonly json: boolean; readonly reason?: string | undefined };

/** The query that tells a service why an operator acts. */
export const reasonQuery = ({ reason }: Pick<Options, 'reason'>): string =>
  reason === undefined ? '' : `?reason=${encodeURIComponent(reason)}`;

const ACTION_HEADER = ['TAKEN AT', 'OPERATOR', 'SERVICE', 'ACTION', 'TARGET', 'COUNT', 'REASON'];

/** Prints what operators did, the latest first. */
export const listActions = async (
  { actions }: OpsClient,
  { json, limit }: Options & { readonly limit: number },
): Promise<boolean> => {
  const items = await actions(limit);
  if (json) printJson(items);
  else if (items.length === 0) print('No operator has done anything yet.');
  else {
    const rows = items.map(({ takenAt, operator, service, action, target, count, reason }) => [
      ...[takenAt, operator, service, action, target],
      count === null ? '' : formatCount(count),
      reason ?? '',
    ]);
    print(formatTable([ACTION_HEADER, ...rows]));
  }
  return true;
};

const PROJECTION_HEADER = ['PROJECTION', 'SERVICE', 'STATE', 'LAG', 'PARKED', 'ROWS', 'GENERATION'];
const SUBSCRIPTION_HEADER = ['SUBSCRIPTION', ...PROJECTION_HEADER.slice(1, 5)];

/** The number of events, or the age of the last one handled where the store cannot count them. */
const lagCell = ({ lag, secondsBehind }: OperatedConsumer): string => {
  if (lag !== null) return formatCount(lag);
  return secondsBehind === undefined ? 'unknown' : `${formatCount(secondsBehind)} s`;
};

const commonCells = (consumer: OperatedConsumer): readonly string[] => [
  consumer.name,
  consumer.service,
  consumer.state,
  lagCell(consumer),
  formatCount(consumer.parked),
];

/** Standing by is healthy: another instance consumes. */
const HEALTHY_STATES: readonly string[] = ['live', 'standby'];

const isHealthy = ({ state, parked }: OperatedConsumer): boolean => HEALTHY_STATES.includes(state) && parked === 0;

/** Prints all projections and all other subscriptions; returns whether all of them are live with nothing parked. */
export const list = async ({ listAll }: OpsClient, { json }: Options): Promise<boolean> => {
  const { projections, subscriptions, unreachable } = await listAll();
  if (json) printJson({ projections, subscriptions, unreachable });
  else {
    const rows = projections.map((projection) => [
      ...commonCells(projection),
      formatCount(projection.rows),
      String(projection.generation),
    ]);
    print(formatTable([PROJECTION_HEADER, ...rows]));
    print(`\n${formatTable([SUBSCRIPTION_HEADER, ...subscriptions.map(commonCells)])}`);
    if (unreachable.length > 0) print(`\nNo answer from: ${unreachable.join(', ')}`);
  }
  return [...projections, ...subscriptions].every(isHealthy);
};

/** Prints all details of one; returns whether it is live with nothing parked. */
export const status = async ({ find }: OpsClient, name: string, { json }: Options): Promise<boolean> => {
  const item = await find(name);
  if (json) printJson(item);
  else print(formatTable(Object.entries(item).map(([member, value]) => [member, String(value)])));
  return isHealthy(item);
};
