import type { ShownEvent } from '@lego-moc/operations/contracts/events';
import { useLocation } from 'wouter-preact';
import { Link } from 'wouter-preact';
import { useCategories, useEvents } from '../api/streams.ts';
import { formatInstant } from '../model/format.ts';
import { ownerOf } from '../model/stream-owner.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { linkTo, useLinkHere } from '../parts/links.ts';
import { MoreButton } from '../parts/more-button.tsx';
import { useParam } from '../parts/params.ts';
import { useSession } from '../parts/session-context.ts';
import { useShortcuts } from '../parts/shortcuts.ts';
import { EventDetails } from './event-details.tsx';

type LinkHere = ReturnType<typeof useLinkHere>;

const columns = (linkHere: LinkHere): readonly ViewColumn<ShownEvent>[] => [
  { key: 'revision', title: 'Revision', isNumber: true, value: ({ revision }) => Number(revision) },
  {
    key: 'type',
    title: 'Type',
    value: ({ type }) => type,
    view: ({ type, revision }) => <Link href={linkHere({ revision })}>{type}</Link>,
  },
  {
    key: 'recorded',
    title: 'Recorded',
    value: ({ recordedAt }) => recordedAt,
    view: ({ recordedAt }) => formatInstant(recordedAt),
  },
  { key: 'actor', title: 'Actor', value: ({ actor }) => actor },
  { key: 'data', title: 'Data', value: ({ data }) => JSON.stringify(data) },
];

/** The events of a stream, the latest first, and one of them in full; `[` and `]` step through revisions. */
export const StreamEvents = (props: { readonly service: string; readonly stream: string }) => {
  const { stream } = props;
  const { rows: categories, isPending } = useCategories(useSession().services);
  const service = props.service === '' ? ownerOf(stream, categories) : props.service;
  const hasState = categories.some((category) => category.hasState && ownerOf(stream, [category]) === service);
  if (service !== undefined) return <EventTable service={service} stream={stream} hasState={hasState} />;
  if (isPending) return <Loading what="the service of this stream" />;
  return <p class="empty">No service that answers has the category of {stream}.</p>;
};

type TableProps = { readonly service: string; readonly stream: string; readonly hasState: boolean };

const EventTable = ({ service, stream, hasState }: TableProps) => {
  const query = useEvents(service, stream);
  const [revision] = useParam('revision');
  const linkHere = useLinkHere('streams');
  const [, navigate] = useLocation();
  const events = query.data?.pages.flatMap((page) => page.events) ?? [];
  const last = Number(events[0]?.revision ?? 0);
  const step = (by: number): void => {
    const target = revision === '' ? last : Math.min(last, Math.max(0, Number(revision) + by));
    navigate(linkHere({ revision: String(target) }), { replace: true });
  };
  useShortcuts({ '[': () => step(-1), ']': () => step(1) });
  const subject = `the events of ${stream}`;
  return (
    <>
      <h2>
        <code>{stream}</code> <span class="faint">of {service}</span>
      </h2>
      {hasState ? (
        <p class="trail">
          <Link href={linkTo('aggregate', { stream, ...(revision === '' ? {} : { revision }) })}>
            Its state, at any time
          </Link>
        </p>
      ) : null}
      {query.error === null ? null : (
        <CouldNotAsk what={subject} error={query.error} retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading what={subject} /> : null}
      {revision === '' ? null : <EventDetails service={service} stream={stream} revision={revision} />}
      {query.data === undefined ? null : (
        <DataTable
          name={`Events of ${stream}`}
          columns={columns(linkHere)}
          rows={events}
          keyOf={({ eventId }) => eventId}
          onOpen={(event) => navigate(linkHere({ revision: event.revision }))}
          whenEmpty="The stream has no events: it does not exist, or was deleted."
        />
      )}
      <MoreButton query={query}>Earlier events</MoreButton>
    </>
  );
};
