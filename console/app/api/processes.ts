import { useQueries } from '@tanstack/preact-query';
import { processList } from '@lego-moc/operations/contracts/processes';
import type { Instance, ProcessState } from '../model/processes.ts';
import { getJson, ops } from './http.ts';
import { REFRESH_MS } from './subscriptions.ts';

/** More are shown by their numbers alone. */
const INSTANCES_MAX = 200;

export type Processes = {
  readonly states: readonly ProcessState[];
  /** Those that moved least recently, of each service. */
  readonly instances: readonly Instance[];
  readonly failures: readonly { readonly service: string; readonly failure: Error }[];
  readonly isPending: boolean;
};

/** The instances, where they are known to be all. */
export const allInstances = ({
  states,
  instances,
  failures,
  isPending,
}: Processes): readonly Instance[] | undefined => {
  const open = states.reduce((sum, state) => sum + state.open, 0);
  return isPending || failures.length > 0 || open > instances.length ? undefined : instances;
};

/** The processes of these services that are not over, and why others cannot be shown. */
export const useProcesses = (services: readonly string[]): Processes =>
  useQueries({
    queries: services.map((service) => ({
      queryKey: ['processes', service],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        getJson(processList, `${ops(service, 'processes')}?limit=${String(INSTANCES_MAX)}`, signal),
      refetchInterval: REFRESH_MS,
    })),
    combine: (answers) => {
      const serviceAt = (at: number): string => services[at] ?? '';
      return {
        states: answers.flatMap(({ data }, at) =>
          (data?.states ?? []).map((state) => ({ ...state, service: serviceAt(at) })),
        ),
        instances: answers.flatMap(({ data }, at) =>
          (data?.instances ?? []).map((instance) => ({ ...instance, service: serviceAt(at) })),
        ),
        failures: answers.flatMap(({ error }, at) =>
          error === null ? [] : [{ service: serviceAt(at), failure: error }],
        ),
        isPending: answers.some(({ isPending }) => isPending),
      };
    },
  });
