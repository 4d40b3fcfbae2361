import { Link, useLocation } from 'wouter-preact';
import { useListings } from '../api/subscriptions.ts';
import type { Subscription } from '../model/listing.ts';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { linkTo } from '../parts/links.ts';
import { useParam } from '../parts/params.ts';
import { useSession } from '../parts/session-context.ts';
import { StateBadge } from '../parts/state-badge.tsx';
import { Unreachable } from '../parts/unreachable.tsx';
import { ParkedOf } from './parked-of.tsx';

const COLUMNS: readonly ViewColumn<Subscription>[] = [
  {
    key: 'name',
    title: 'Subscription',
    value: ({ name }) => name,
    view: ({ service, name }) => <Link href={linkTo('parked', { service, name })}>{name}</Link>,
  },
  { key: 'service', title: 'Service', value: ({ service }) => service },
  { key: 'parked', title: 'Parked', isNumber: true, value: ({ parked }) => parked },
  { key: 'state', title: 'State', value: ({ state }) => state, view: ({ state }) => <StateBadge state={state} /> },
];

/** Messages that could not be handled, by the subscription that gave up on them. */
export const ParkedScreen = () => {
  const listings = useListings(useSession().services);
  const [service] = useParam('service');
  const [name] = useParam('name');
  const [, navigate] = useLocation();
  const all = listings.flatMap(({ subscriptions }) => subscriptions);
  const selection = all.find((row) => row.service === service && row.name === name);
  return (
    <>
      <h1>Parked messages</h1>
      {name === '' ? null : (
        <p class="trail">
          <Link href="/parked">All subscriptions</Link>
        </p>
      )}
      <Unreachable listings={listings} />
      {selection === undefined ? null : <ParkedOf key={`${service}/${name}`} subscription={selection} />}
      {name === '' ? (
        <DataTable
          name="Subscriptions with parked messages"
          columns={COLUMNS}
          rows={all.filter(({ parked }) => parked > 0)}
          keyOf={(row) => `${row.service}/${row.name}`}
          onOpen={(row) => navigate(linkTo('parked', { service: row.service, name: row.name }))}
          whenEmpty="No service that answers has a parked message."
        />
      ) : null}
    </>
  );
};
