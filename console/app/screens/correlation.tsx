import type { correlationReply } from '@lego-moc/operations/contracts/streams';
import { useState } from 'preact/hooks';
import type { infer as Infer } from 'zod/mini';
import { Link, useLocation } from 'wouter-preact';
import { allInstances, useProcesses } from '../api/processes.ts';
import { useCategories, useCorrelation } from '../api/streams.ts';
import { formatDuration, formatInstant, plural } from '../model/format.ts';
import { ownerOf } from '../model/stream-owner.ts';
import { layOut, type Bar } from '../model/waterfall.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { ExportButtons } from '../parts/export-buttons.tsx';
import { linkTo } from '../parts/links.ts';
import { useParam } from '../parts/params.ts';
import { useSession } from '../parts/session-context.ts';
import { CorrelationLanes } from './correlation-lanes.tsx';
import { ProcessList } from './processes.tsx';

type Correlation = Infer<typeof correlationReply>;
type Event = Correlation['events'][number];

const formatOffset = (ms: number): string => (ms < 1_000 ? `${String(ms)} ms` : formatDuration(ms / 1_000));

const Row = ({ bar: { item, place, foldedMs } }: { readonly bar: Bar<Event> }) => (
  <tr>
    <td>
      <span class="tree" style={{ paddingLeft: `${String(Math.min(item.depth, 12) * 1.25)}rem` }}>
        {item.depth > 0 ? <span aria-label={`caused, level ${String(item.depth)}`}>└ </span> : null}
        <Link href={linkTo('streams', { stream: item.stream, revision: item.revision })}>{item.type}</Link>
      </span>
    </td>
    <td>{item.stream}</td>
    <td>{item.actor}</td>
    <td class="number">
      {foldedMs === 0 ? null : <span class="badge notice">{formatOffset(foldedMs)} folded</span>}{' '}
      {formatOffset(item.offsetMs)}
    </td>
    <td class="lane">
      <span class="mark" style={{ left: `${String(place * 100)}%` }} aria-hidden="true" />
    </td>
  </tr>
);

const COLUMNS = [
  'type',
  'stream',
  'revision',
  'actor',
  'recordedAt',
  'offsetMs',
  'depth',
  'eventId',
  'parent',
] as const;

type WaterfallProps = { readonly correlation: Correlation; readonly bars: readonly Bar<Event>[] };

const Waterfall = ({ correlation, bars }: WaterfallProps) => (
  <section class="data-table" aria-label="What the request led to">
    <div class="table-tools">
      <span>
        {plural(correlation.events.length, 'event')} from {formatInstant(correlation.startedAt)} to{' '}
        {formatInstant(correlation.endedAt)}
      </span>
      {correlation.isComplete ? null : <strong class="badge serious">There are more than are shown</strong>}
      <ExportButtons
        name={`Correlation ${correlation.correlationId}`}
        table={() => ({
          columns: COLUMNS,
          rows: correlation.events.map((event) => COLUMNS.map((column) => event[column])),
        })}
      />
    </div>
    <div class="table-box" tabIndex={0} role="region" aria-label="Events">
      <table>
        <thead>
          <tr>
            {['Event', 'Stream', 'Actor', 'After', 'Course'].map((title) => (
              <th key={title} scope="col">
                <span class="title">{title}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.map((bar) => (
            <Row key={bar.item.eventId} bar={bar} />
          ))}
        </tbody>
      </table>
    </div>
  </section>
);

/**
 * Everything that one request led to, in all services: a tree of causes with its course in time, and a lane for each stream.
 * Before one is named, the processes that are not over.
 */
export const Correlation = () => {
  const { services } = useSession();
  const [id] = useParam('id');
  const [text, setText] = useState(id);
  const [, navigate] = useLocation();
  const { data, error, isFetching, refetch } = useCorrelation(services, id);
  const categories = useCategories(services);
  const processCategories = categories.rows.filter(({ isProcess }) => isProcess);
  const answer = useProcesses([...new Set(processCategories.map(({ service }) => service))]);
  // Which services have processes, their categories say.
  const processes = {
    ...answer,
    failures: [...categories.failures, ...answer.failures],
    isPending: categories.isPending || answer.isPending,
  };
  const bars = layOut(data?.events ?? []);
  const subject = `the correlation ${id}`;
  return (
    <>
      <h1>Correlation</h1>
      <form
        class="table-tools"
        onSubmit={(event) => {
          event.preventDefault();
          navigate(linkTo('correlation', { id: text.trim() }));
        }}
      >
        <label for="correlation-id">Correlation id, as in an error, a log or an event</label>
        <input
          id="correlation-id"
          class="filter wide"
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
        <button type="submit">Show</button>
      </form>
      {error === null ? null : <CouldNotAsk what={subject} error={error} retry={() => void refetch()} />}
      {data === undefined && isFetching ? <Loading what={subject} /> : null}
      {data === undefined ? null : (
        <>
          <Waterfall correlation={data} bars={bars} />
          <CorrelationLanes
            bars={bars}
            isProcess={(stream) => ownerOf(stream, processCategories) !== undefined}
            instances={allInstances(processes)}
          />
        </>
      )}
      {id === '' ? <ProcessList processes={processes} /> : null}
    </>
  );
};
