import type { Instant } from '@lego-moc/kernel/message';
import type { Process } from '@lego-moc/kernel/process';
import type { Queries } from '@lego-moc/postgres/database';
import type { Projection } from '@lego-moc/read-models/projection';

/** Beyond every date: an instance that does not run out of time between them never does. */
const BEGINNING = '0000-01-01T00:00:00.000Z' as Instant;
const END = '9999-12-31T23:59:59.999Z' as Instant;

/** An instance is over when nothing is due and no length of time will change that. */
export const isOver = <Event, State, Command>(
  { due, overdue }: Pick<Process<Event, State, Command>, 'due' | 'overdue'>,
  state: State,
): boolean => due(state).length === 0 && overdue(state, BEGINNING, END).length === 0;

/** `state` is null when the instance went on after its end: its row was gone, so only its stream has the state. */
export type OpenInstanceRow = { readonly state: unknown; readonly moved_at: Instant };

/** `mocUpload` is read in `open-moc-upload`. */
const readModelName = (processName: string): string =>
  `open-${processName.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The view in which the instances of a process that are not over are read. */
export const viewOf = (processName: string): string => readModelName(processName).replaceAll('-', '_');

/**
 * The read model of the instances of a process that are not over. A service finds them there at its start, however
 * many instances there ever were. The states of the process must be JSON.
 */
export const openInstances = <Event, State, Command>(
  process: Process<Event, State, Command>,
): Projection<Event, OpenInstanceRow> => ({
  name: readModelName(process.name),
  source: { category: process.name },
  columns: { state: 'json', moved_at: 'timestamptz' },
  indexes: ['create index on $table (moved_at, id)'],
  evolve: (row, { event, revision, recordedAt }) => {
    if (row?.state === null || (row === undefined && revision > 0n)) return { state: null, moved_at: recordedAt };
    const state = process.evolve((row?.state as State | undefined) ?? process.initial, event);
    return isOver(process, state) ? undefined : { state, moved_at: recordedAt };
  },
});

/** An open instance, and the time of its last event. */
export type OpenInstance = { readonly id: string; readonly movedAt: Instant };

/** Instances without an event since `instant`, the least recent first. */
export type QuietInstances = (instant: Instant) => AsyncIterable<OpenInstance>;

const PAGE_SIZE = 100;

/** Reads the open instances of the process from its read model in `db`, a page at a time. */
export const quietInstances = (
  db: Pick<Queries, 'any'>,
  { name }: Pick<Process<never, never, never>, 'name'>,
): QuietInstances => {
  const view = viewOf(name);
  return async function* (instant) {
    let last: OpenInstance | undefined;
    for (;;) {
      const page: OpenInstance[] = await db.any<OpenInstance>(
        `SELECT id, moved_at AS "movedAt" FROM ${view}
         WHERE moved_at <= $<instant> AND ($<movedAt>::timestamptz IS NULL OR (moved_at, id) > ($<movedAt>, $<id>))
         ORDER BY moved_at, id LIMIT ${String(PAGE_SIZE)}`,
        { instant, movedAt: last?.movedAt ?? null, id: last?.id ?? null },
      );
      yield* page;
      if (page.length < PAGE_SIZE) return;
      last = page.at(-1);
    }
  };
};
