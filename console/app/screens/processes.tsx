import { Link } from 'wouter-preact';
import type { Processes } from '../api/processes.ts';
import { formatCount, formatDuration, formatInstant } from '../model/format.ts';
import { isStuck, type Instance, type ProcessState } from '../model/processes.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { linkTo } from '../parts/links.ts';

const secondsSince = (instant: string): number => (Date.now() - Date.parse(instant)) / 1_000;

const LastMove = ({ at }: { readonly at: string }) => (
  <>
    {isStuck(at, Date.now()) ? <span class="badge serious">stuck</span> : null} {formatDuration(secondsSince(at))} ago
  </>
);

const STATE_COLUMNS: readonly ViewColumn<ProcessState>[] = [
  { key: 'process', title: 'Process', value: ({ process }) => process },
  { key: 'service', title: 'Service', value: ({ service }) => service },
  { key: 'state', title: 'State', value: ({ state }) => state },
  { key: 'open', title: 'Open', isNumber: true, value: ({ open }) => open, view: ({ open }) => formatCount(open) },
  {
    key: 'oldest',
    title: 'Oldest moved',
    value: ({ oldestMovedAt }) => oldestMovedAt,
    view: ({ oldestMovedAt }) => <LastMove at={oldestMovedAt} />,
  },
];

const INSTANCE_COLUMNS: readonly ViewColumn<Instance>[] = [
  {
    key: 'stream',
    title: 'Instance',
    value: ({ stream }) => stream,
    view: ({ service, stream }) => <Link href={linkTo('streams', { service, stream })}>{stream}</Link>,
  },
  { key: 'state', title: 'State', value: ({ state }) => state },
  {
    key: 'moved',
    title: 'Moved',
    value: ({ movedAt }) => movedAt,
    view: ({ movedAt }) => <LastMove at={movedAt} />,
  },
  { key: 'movedAt', title: 'At', value: ({ movedAt }) => formatInstant(movedAt) },
];

/** Processes that are not over: how many in which state, and those that have waited longest. */
export const ProcessList = ({ processes }: { readonly processes: Processes }) => {
  const { states, instances, failures, isPending } = processes;
  return (
    <>
      <h2>Processes that are not over</h2>
      {failures.map(({ service, failure }) => (
        <CouldNotAsk key={service} what={`the processes of ${service}`} error={failure} />
      ))}
      {isPending ? <Loading what="processes" /> : null}
      {isPending || failures.length > 0 ? null : (
        <DataTable
          name="Processes by state"
          columns={STATE_COLUMNS}
          rows={states}
          keyOf={({ service, process, state }) => `${service}/${process}/${state}`}
          whenEmpty="None: every process has come to its end."
        />
      )}
      {instances.length === 0 ? null : (
        <DataTable
          name="Instances"
          columns={INSTANCE_COLUMNS}
          rows={instances}
          keyOf={({ stream }) => stream}
          whenEmpty="None."
        />
      )}
    </>
  );
};
