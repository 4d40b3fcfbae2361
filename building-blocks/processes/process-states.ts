import type { Queries } from '@lego-moc/postgres/database';
import { viewOf } from './open-instances.ts';

/** Open instances of one process in one state. */
export type ProcessState = {
  readonly process: string;
  readonly state: string;
  readonly open: number;
  readonly oldestMovedAt: Date;
};

export type ProcessInstance = {
  readonly process: string;
  readonly state: string;
  readonly stream: string;
  readonly movedAt: Date;
};

/** An instance without a state went on after its end. States are texts, or objects with a `step` or a `status`. */
const STATE = `CASE json_typeof(state)
  WHEN 'string' THEN state #>> '{}'
  WHEN 'object' THEN coalesce(state ->> 'step', state ->> 'status', 'open')
  ELSE 'after its end' END`;

const ofAll = (names: readonly string[], columns: string): string =>
  names
    .map((name) => `SELECT '${name}' AS process, ${STATE} AS state, ${columns} FROM ${viewOf(name)}`)
    .join(' UNION ALL ');

type Selection = { readonly process?: string | undefined; readonly state?: string | undefined; readonly limit: number };

/** What operators see of the processes of these names, from their read models in `db`. */
export const processStates = (db: Pick<Queries, 'any'>, names: readonly string[]) => ({
  /** How many instances are open in each state. */
  count: (): Promise<readonly ProcessState[]> =>
    db.any<ProcessState>(
      `SELECT process, state, count(*)::int AS open, min(moved_at) AS "oldestMovedAt"
       FROM (${ofAll(names, 'moved_at')}) AS instance GROUP BY process, state ORDER BY process, state`,
    ),
  /** The open instances that moved least recently. */
  list: ({ process, state, limit }: Selection): Promise<readonly ProcessInstance[]> =>
    db.any<ProcessInstance>(
      `SELECT process, state, process || '-' || id AS stream, moved_at AS "movedAt"
       FROM (${ofAll(names, 'id, moved_at')}) AS instance
       WHERE ($<process>::text IS NULL OR process = $<process>) AND ($<state>::text IS NULL OR state = $<state>)
       ORDER BY moved_at, id LIMIT $<limit>`,
      { process: process ?? null, state: state ?? null, limit },
    ),
});

export type ProcessStates = ReturnType<typeof processStates>;
