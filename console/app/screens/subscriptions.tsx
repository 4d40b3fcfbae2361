import { Link, useLocation } from 'wouter-preact';
import { useListings } from '../api/subscriptions.ts';
import { formatDuration } from '../model/format.ts';
import { secondsBehind, type Subscription } from '../model/listing.ts';
import { trendOf } from '../model/trend.ts';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { lagHistory, useLagHistory } from '../parts/lag-history.ts';
import { linkTo, useLinkHere } from '../parts/links.ts';
import { useParam } from '../parts/params.ts';
import { useSession } from '../parts/session-context.ts';
import { Sparkline } from '../parts/sparkline.tsx';
import { StateBadge } from '../parts/state-badge.tsx';
import { Unreachable } from '../parts/unreachable.tsx';
import { SubscriptionDetails } from './subscription-details.tsx';

const secondsToCatchUp = ({ service, name }: Subscription): number | null =>
  trendOf(lagHistory(service, name))?.secondsToCatchUp ?? null;

const formatSeconds = (seconds: number | undefined): string => (seconds === undefined ? '–' : formatDuration(seconds));

type LinkHere = ReturnType<typeof useLinkHere>;

const columns = (linkHere: LinkHere): readonly ViewColumn<Subscription>[] => [
  { key: 'state', title: 'State', value: ({ state }) => state, view: ({ state }) => <StateBadge state={state} /> },
  {
    key: 'name',
    title: 'Subscription',
    value: ({ name }) => name,
    view: ({ service, name }) => <Link href={linkHere({ service, name })}>{name}</Link>,
  },
  { key: 'service', title: 'Service', value: ({ service }) => service },
  { key: 'kind', title: 'Kind', value: ({ readModel }) => (readModel === undefined ? 'subscription' : 'projection') },
  { key: 'lag', title: 'Events behind', isNumber: true, value: ({ lag }) => lag },
  {
    key: 'seconds',
    title: 'Time behind',
    isNumber: true,
    value: (row) => secondsBehind(row) ?? null,
    view: (row) => formatSeconds(secondsBehind(row)),
  },
  {
    key: 'parked',
    title: 'Parked',
    isNumber: true,
    value: ({ parked }) => parked,
    view: ({ service, name, parked }) =>
      parked === 0 ? '0' : <Link href={linkTo('parked', { service, name })}>{parked.toLocaleString('en')}</Link>,
  },
  {
    key: 'trend',
    title: 'Trend',
    value: ({ service, name }) => trendOf(lagHistory(service, name))?.perSecond ?? null,
    view: ({ service, name }) => <Sparkline samples={lagHistory(service, name)} />,
  },
  {
    key: 'catch-up',
    title: 'Caught up in',
    isNumber: true,
    value: secondsToCatchUp,
    view: (row) => formatSeconds(secondsToCatchUp(row) ?? undefined),
  },
  { key: 'error', title: 'Last error', value: ({ lastError = null }) => lastError },
];

/** Every subscription of every service: how far behind, and where that goes. */
export const Subscriptions = () => {
  const listings = useListings(useSession().services);
  useLagHistory(listings);
  const [service] = useParam('service');
  const [name] = useParam('name');
  const linkHere = useLinkHere('subscriptions');
  const [, navigate] = useLocation();
  const all = listings.flatMap(({ subscriptions }) => subscriptions);
  const selection = all.find((row) => row.service === service && row.name === name);
  return (
    <>
      <h1>Subscriptions</h1>
      <Unreachable listings={listings} />
      {selection === undefined ? null : <SubscriptionDetails subscription={selection} />}
      <DataTable
        name="Subscriptions"
        columns={columns(linkHere)}
        rows={all}
        keyOf={(row) => `${row.service}/${row.name}`}
        onOpen={(row) => navigate(linkHere({ service: row.service, name: row.name }))}
        whenEmpty="No service has answered with subscriptions."
      />
    </>
  );
};
