import { Link, useLocation } from 'wouter-preact';
import { useCategories, useStreams, type CategoryRow } from '../api/streams.ts';
import { formatInstant } from '../model/format.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { linkTo } from '../parts/links.ts';
import { MoreButton } from '../parts/more-button.tsx';
import { useParam } from '../parts/params.ts';
import { useSession } from '../parts/session-context.ts';
import { LiveTail } from './live-tail.tsx';
import { StreamEvents } from './stream-events.tsx';

const CATEGORY_COLUMNS: readonly ViewColumn<CategoryRow>[] = [
  {
    key: 'name',
    title: 'Category',
    value: ({ name }) => name,
    view: ({ service, name }) => <Link href={linkTo('streams', { service, category: name })}>{name}</Link>,
  },
  { key: 'service', title: 'Service', value: ({ service }) => service },
  { key: 'streams', title: 'Streams', isNumber: true, value: ({ streams }) => streams },
];

const CategoryTable = () => {
  const { rows, failures, isPending } = useCategories(useSession().services);
  const [, navigate] = useLocation();
  return (
    <>
      {failures.map(({ service, failure }) => (
        <CouldNotAsk key={service} what={`the categories of ${service}`} error={failure} />
      ))}
      {isPending ? <Loading what="the categories of every service" /> : null}
      <DataTable
        name="Categories"
        columns={CATEGORY_COLUMNS}
        rows={rows}
        keyOf={({ service, name }) => `${service}/${name}`}
        onOpen={({ service, name }) => navigate(linkTo('streams', { service, category: name }))}
        whenEmpty="No service has answered with categories."
      />
    </>
  );
};

type StreamRow = NonNullable<ReturnType<typeof useStreams>['data']>['pages'][number]['streams'][number];

const streamColumns = (service: string): readonly ViewColumn<StreamRow>[] => [
  {
    key: 'stream',
    title: 'Stream',
    value: ({ stream }) => stream,
    view: ({ stream }) => <Link href={linkTo('streams', { service, stream })}>{stream}</Link>,
  },
  { key: 'events', title: 'Events', isNumber: true, value: ({ events }) => events },
  { key: 'type', title: 'Last event', value: ({ lastType }) => lastType },
  {
    key: 'last',
    title: 'Last recorded',
    value: ({ lastRecordedAt }) => lastRecordedAt,
    view: ({ lastRecordedAt }) => formatInstant(lastRecordedAt ?? ''),
  },
  {
    key: 'created',
    title: 'Created',
    value: ({ createdAt }) => createdAt,
    view: ({ createdAt }) => formatInstant(createdAt),
  },
];

const StreamTable = ({ service, category }: { readonly service: string; readonly category: string }) => {
  const query = useStreams(service, category);
  const [, navigate] = useLocation();
  const subject = `the streams of ${category}`;
  return (
    <>
      <h2>
        {category} <span class="faint">of {service}</span>
      </h2>
      {query.error === null ? null : (
        <CouldNotAsk what={subject} error={query.error} retry={() => void query.refetch()} />
      )}
      {query.isPending ? <Loading what={subject} /> : null}
      {query.data === undefined ? null : (
        <DataTable
          name={`Streams of ${category}`}
          columns={streamColumns(service)}
          rows={query.data.pages.flatMap(({ streams }) => streams)}
          keyOf={({ stream }) => stream}
          onOpen={({ stream }) => navigate(linkTo('streams', { service, stream }))}
          whenEmpty="There is no stream of this category yet."
        />
      )}
      <MoreButton query={query}>Older streams</MoreButton>
    </>
  );
};

/** From a category to its streams to their events, and what is recorded now. */
export const Streams = () => {
  const [service] = useParam('service');
  const [category] = useParam('category');
  const [stream] = useParam('stream');
  const [tail] = useParam('tail');
  return (
    <>
      <h1>Streams</h1>
      <p class="trail">
        <Link href="/streams">All categories</Link> · <Link href={linkTo('streams', { tail: 'live' })}>Live</Link>
      </p>
      {tail === 'live' ? <LiveTail /> : <Place service={service} category={category} stream={stream} />}
    </>
  );
};

type PlaceProps = { readonly service: string; readonly category: string; readonly stream: string };

const Place = ({ service, category, stream }: PlaceProps) => {
  if (stream !== '') return <StreamEvents key={stream} service={service} stream={stream} />;
  return category === '' ? <CategoryTable /> : <StreamTable key={category} service={service} category={category} />;
};
