import { END, type EventLog } from '../storage/event-log.ts';
import { SYSTEM_PROJECTIONS, type SystemProjection } from './event-links.ts';
import { jsonEvent, runLinkProjection, type RunningProjection } from './link-projection.ts';

export type ProjectionStatus = 'Running' | 'Stopped' | 'Aborted';

export type ProjectionDetails = {
  readonly name: string;
  readonly status: ProjectionStatus;
  readonly position: bigint;
  readonly checkpoint: bigint;
  readonly processed: number;
  /** Of the log, from 0 to 100. */
  readonly progress: number;
};

export type SystemProjections = {
  readonly list: () => readonly ProjectionDetails[];
  /** `undefined` where there is no projection of that name. */
  readonly describe: (name: string) => ProjectionDetails | undefined;
  /** Resolves to whether there is a projection of that name; it stays enabled after a restart. */
  readonly enable: (name: string) => Promise<boolean>;
  /** Like `enable`; `Aborted` says that it was ended without a last checkpoint. */
  readonly disable: (name: string, status: 'Stopped' | 'Aborted') => Promise<boolean>;
  readonly stop: () => Promise<void>;
};

const settingsStream = ({ name }: SystemProjection): string => `$projections-${name}`;

const readStatus = (log: EventLog, projection: SystemProjection): ProjectionStatus => {
  const [event] = log.readStream(settingsStream(projection), END, 'backwards', 1);
  if (event === undefined) return 'Stopped';
  return (JSON.parse(Buffer.from(event.data).toString('utf8')) as { readonly status: ProjectionStatus }).status;
};

const writeStatus = async (log: EventLog, projection: SystemProjection, status: ProjectionStatus): Promise<void> => {
  await log.append(settingsStream(projection), 'any', [jsonEvent('$ProjectionUpdated', JSON.stringify({ status }))]);
};

const PERCENT = 100;

/**
 * The projections that every EventStoreDB has. They are off until somebody enables them, and what was enabled runs
 * again after a restart; with `keepRunning` all of them run from the start.
 */
export const systemProjections = (log: EventLog, { keepRunning = false } = {}): SystemProjections => {
  const runningProjections = new Map<string, RunningProjection>();
  const statuses = new Map(
    SYSTEM_PROJECTIONS.map((projection) => [projection.name as string, readStatus(log, projection)]),
  );
  const find = (name: string) => SYSTEM_PROJECTIONS.find((projection) => projection.name === name);

  const run = (projection: SystemProjection): void => {
    statuses.set(projection.name, 'Running');
    if (!runningProjections.has(projection.name))
      runningProjections.set(projection.name, runLinkProjection(log, projection));
  };
  for (const projection of SYSTEM_PROJECTIONS)
    if (keepRunning || statuses.get(projection.name) === 'Running') run(projection);

  const describe = (name: string): ProjectionDetails | undefined => {
    const status = statuses.get(name);
    if (status === undefined) return undefined;
    const [last] = log.readAll(END, 'backwards', 1, 1);
    const position = runningProjections.get(name)?.position() ?? 0n;
    const end = last?.position ?? 0n;
    return {
      name,
      status,
      position,
      checkpoint: runningProjections.get(name)?.checkpoint() ?? 0n,
      processed: runningProjections.get(name)?.processed() ?? 0,
      progress: end === 0n ? PERCENT : (Number(position) / Number(end)) * PERCENT,
    };
  };

  return {
    describe,
    list: () => SYSTEM_PROJECTIONS.flatMap(({ name }) => describe(name) ?? []),
    enable: async (name) => {
      const projection = find(name);
      if (projection === undefined) return false;
      if (statuses.get(name) !== 'Running') await writeStatus(log, projection, 'Running');
      run(projection);
      return true;
    },
    disable: async (name, status) => {
      const projection = find(name);
      if (projection === undefined) return false;
      await runningProjections.get(name)?.stop();
      runningProjections.delete(name);
      if (statuses.get(name) === 'Running') {
        statuses.set(name, status);
        await writeStatus(log, projection, status);
      }
      return true;
    },
    stop: async () => {
      await Promise.all([...runningProjections.values()].map((projection) => projection.stop()));
    },
  };
};
