import type { EventSummary } from '@lego-moc/operations/contracts/events';
import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { useTail, type TailState } from '../api/tail.ts';
import { formatCount, formatInstant } from '../model/format.ts';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { linkTo } from '../parts/links.ts';
import { useSession } from '../parts/session-context.ts';

const COLUMNS: readonly ViewColumn<EventSummary>[] = [
  {
    key: 'recorded',
    title: 'Recorded',
    value: ({ recordedAt }) => recordedAt,
    view: ({ recordedAt }) => formatInstant(recordedAt),
  },
  {
    key: 'type',
    title: 'Type',
    value: ({ type }) => type,
    view: ({ type, stream, revision }) => <Link href={linkTo('streams', { stream, revision })}>{type}</Link>,
  },
  { key: 'stream', title: 'Stream', value: ({ stream }) => stream },
  { key: 'actor', title: 'Actor', value: ({ actor }) => actor },
  {
    key: 'correlation',
    title: 'Correlation id',
    value: ({ correlationId }) => correlationId,
    view: ({ correlationId }) => <Link href={linkTo('correlation', { id: correlationId })}>{correlationId}</Link>,
  },
];

const CONNECTIONS: Readonly<Record<TailState['connection'], string>> = {
  ...{ open: 'Live', connecting: 'Connecting …', lost: 'No connection: trying again' },
};

/** Events as they are recorded, at most fifty a second; it says how many it left out. */
export const LiveTail = () => {
  const [isPaused, setPaused] = useState(false);
  const { events, skippedCount, connection } = useTail(useSession().services, isPaused);
  return (
    <>
      <p role="status">
        <span class={connection === 'lost' ? 'badge serious' : 'badge good'}>
          {isPaused ? 'Paused' : CONNECTIONS[connection]}
        </span>{' '}
        {skippedCount === 0 ? null : <strong>{formatCount(skippedCount)} events were left out.</strong>}{' '}
        <button type="button" onClick={() => setPaused(!isPaused)}>
          {isPaused ? 'Go on' : 'Pause'}
        </button>
      </p>
      <DataTable
        name="Events recorded now"
        columns={COLUMNS}
        rows={events}
        keyOf={({ eventId }) => eventId}
        whenEmpty="No event has been recorded since this page is open."
      />
    </>
  );
};
