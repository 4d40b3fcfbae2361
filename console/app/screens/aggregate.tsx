import { useState } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import { useCategories } from '../api/streams.ts';
import { categoryAndId, type AggregateId } from '../model/stream-owner.ts';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { linkTo } from '../parts/links.ts';
import { useParam } from '../parts/params.ts';
import { useSession } from '../parts/session-context.ts';
import type { CategoryRow } from '../api/streams.ts';
import { TimeTravel } from './time-travel.tsx';

const COLUMNS: readonly ViewColumn<CategoryRow>[] = [
  {
    key: 'name',
    title: 'Kind of aggregate',
    value: ({ name }) => name,
    view: ({ service, name }) => <Link href={linkTo('streams', { service, category: name })}>{name}</Link>,
  },
  { key: 'service', title: 'Service', value: ({ service }) => service },
  { key: 'streams', title: 'How many', isNumber: true, value: ({ streams }) => streams },
];

const Choice = ({ stream }: { readonly stream: string }) => {
  const [text, setText] = useState(stream);
  const [, navigate] = useLocation();
  return (
    <form
      class="table-tools"
      onSubmit={(event) => {
        event.preventDefault();
        navigate(linkTo('aggregate', { stream: text.trim() }));
      }}
    >
      <label for="aggregate">Stream, such as wishlist-7a0f…</label>
      <input
        id="aggregate"
        class="filter wide"
        value={text}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit">Show</button>
    </form>
  );
};

type PlaceProps = { readonly stream: string; readonly aggregate: AggregateId; readonly rows: readonly CategoryRow[] };

const Place = ({ stream, aggregate, rows }: PlaceProps) => {
  const owner = rows.find(({ name }) => name === aggregate.category);
  if (owner === undefined) return <p class="empty">No service that answers has the category of {stream}.</p>;
  if (!owner.hasState)
    return (
      <p class="empty">
        {owner.service} folds no streams of {owner.name}.{' '}
        <Link href={linkTo('streams', { service: owner.service, stream })}>Look at its events</Link>
      </p>
    );
  return <TimeTravel key={stream} place={{ service: owner.service, ...aggregate }} />;
};

/** What an aggregate was after any of its events, by its service's own rules, and what changed between two of them. */
export const AggregateScreen = () => {
  const [stream] = useParam('stream');
  const { rows, failures, isPending } = useCategories(useSession().services);
  const aggregate = categoryAndId(stream);
  return (
    <>
      <h1>Aggregates</h1>
      <Choice key={stream} stream={stream} />
      {failures.map(({ service, failure }) => (
        <CouldNotAsk key={service} what={`the categories of ${service}`} error={failure} />
      ))}
      {isPending ? <Loading what="the categories of every service" /> : null}
      {aggregate === undefined ? (
        <DataTable
          name="Kinds of aggregates"
          columns={COLUMNS}
          rows={rows.filter(({ hasState }) => hasState)}
          keyOf={({ service, name }) => `${service}/${name}`}
          whenEmpty="No service that answers folds streams to states."
        />
      ) : (
        !isPending && <Place stream={stream} aggregate={aggregate} rows={rows} />
      )}
    </>
  );
};
