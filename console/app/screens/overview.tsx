import { Link, useLocation } from 'wouter-preact';
import { useListings } from '../api/subscriptions.ts';
import { useMigrations } from '../api/migrations.ts';
import { REFRESH_SELDOM_MS, useServices } from '../api/services.ts';
import { attentionFor, byUrgency, type Attention } from '../model/attention.ts';
import type { ServiceListing } from '../model/listing.ts';
import { migrationAttention } from '../model/migration-attention.ts';
import { serviceAttention } from '../model/service-attention.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { useSession } from '../parts/session-context.ts';

const COLUMNS: readonly ViewColumn<Attention>[] = [
  {
    key: 'severity',
    title: 'Severity',
    value: ({ severity }) => severity,
    view: ({ severity }) => <span class={`badge ${severity}`}>{severity}</span>,
  },
  {
    key: 'target',
    title: 'What',
    value: ({ target }) => target,
    view: ({ target, link }) => <Link href={link}>{target}</Link>,
  },
  { key: 'service', title: 'Service', value: ({ service }) => service },
  { key: 'text', title: 'Why', value: ({ text }) => text },
];

const count = (listings: readonly ServiceListing[], of: (listing: ServiceListing) => number): number =>
  listings.reduce((sum, listing) => sum + of(listing), 0);

const Figure = ({
  value,
  label,
  isBad,
}: {
  readonly value: number;
  readonly label: string;
  readonly isBad: boolean;
}) => (
  <div class={isBad ? 'figure bad' : 'figure'}>
    <dt>{label}</dt>
    <dd>{value.toLocaleString('en')}</dd>
  </div>
);

const Figures = ({ listings }: { readonly listings: readonly ServiceListing[] }) => {
  const silent = listings.filter(({ failure }) => failure !== undefined).length;
  const pendingCount = listings.filter(({ isPending }) => isPending).length;
  const parkedCount = count(listings, ({ subscriptions }) =>
    subscriptions.reduce((sum, { parked }) => sum + parked, 0),
  );
  const stoppedCount = count(
    listings,
    ({ subscriptions }) => subscriptions.filter(({ state }) => state === 'stopped').length,
  );
  const total = count(listings, ({ subscriptions }) => subscriptions.length);
  return (
    <dl class="figures">
      <Figure label="services that answer" value={listings.length - silent - pendingCount} isBad={silent > 0} />
      <Figure label="subscriptions" value={total} isBad={false} />
      <Figure label="stopped" value={stoppedCount} isBad={stoppedCount > 0} />
      <Figure label="parked messages" value={parkedCount} isBad={parkedCount > 0} />
    </dl>
  );
};

const keyOf = ({ kind, service, target }: Attention): string => `${kind} ${service} ${target}`;

/** The same may be found twice, by a service's own answer and by the gateway's. */
const distinct = (items: readonly Attention[]): readonly Attention[] =>
  [...Map.groupBy(items, keyOf).values()].flatMap(([first]) => first ?? []);

const useAttention = () => {
  const { services } = useSession();
  const listings = useListings(services);
  const traffic = useServices(REFRESH_SELDOM_MS);
  const migrations = useMigrations(services);
  const items = [
    ...listings.flatMap(attentionFor),
    ...(traffic.data === undefined ? [] : serviceAttention(traffic.data, traffic.minuteBefore)),
    ...(migrations.data ?? []).flatMap((migration) => migrationAttention(migration, Date.now())),
  ];
  return {
    listings,
    items: distinct(items).toSorted(byUrgency),
    failures: [
      ...(traffic.error === null ? [] : [{ what: 'the state of services', error: traffic.error }]),
      ...(migrations.error === null ? [] : [{ what: 'the migrations', error: migrations.error }]),
    ],
  };
};

/** What needs a person, worst first. */
export const Overview = () => {
  const { listings, items, failures } = useAttention();
  const [, navigate] = useLocation();
  const pending = listings.filter(({ isPending }) => isPending).map(({ service }) => service);
  return (
    <>
      <h1>What needs a person</h1>
      {failures.map(({ what, error }) => (
        <CouldNotAsk key={what} what={what} error={error} />
      ))}
      {pending.length > 0 ? <Loading what={pending.join(', ')} /> : null}
      {pending.length < listings.length ? <Figures listings={listings} /> : null}
      <DataTable
        name="What needs a person"
        columns={COLUMNS}
        rows={items}
        keyOf={keyOf}
        onOpen={({ link }) => navigate(link)}
        whenEmpty={
          pending.length > 0
            ? 'Not every service has answered yet.'
            : 'Nothing: every service answers, and every subscription keeps up.'
        }
      />
    </>
  );
};
