import { useListings } from '../api/subscriptions.ts';
import { formatInstant } from '../model/format.ts';
import type { Subscription } from '../model/listing.ts';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { useLinkHere } from '../parts/links.ts';
import { useParam } from '../parts/params.ts';
import { useSession } from '../parts/session-context.ts';
import { StateBadge } from '../parts/state-badge.tsx';
import { Unreachable } from '../parts/unreachable.tsx';
import { Link, useLocation } from 'wouter-preact';
import { Generations } from './generations.tsx';
import { ProjectionJobs } from './projection-jobs.tsx';
import { SubscriptionDetails } from './subscription-details.tsx';

type LinkHere = ReturnType<typeof useLinkHere>;

const columns = (linkHere: LinkHere): readonly ViewColumn<Subscription>[] => [
  { key: 'state', title: 'State', value: ({ state }) => state, view: ({ state }) => <StateBadge state={state} /> },
  {
    key: 'name',
    title: 'Projection',
    value: ({ name }) => name,
    view: ({ service, name }) => <Link href={linkHere({ service, name })}>{name}</Link>,
  },
  { key: 'service', title: 'Service', value: ({ service }) => service },
  { key: 'rows', title: 'Rows', isNumber: true, value: ({ readModel }) => readModel?.rows ?? null },
  { key: 'generation', title: 'Generation', isNumber: true, value: ({ readModel }) => readModel?.generation ?? null },
  {
    key: 'built',
    title: 'Built',
    value: ({ readModel }) => readModel?.builtAt ?? null,
    view: ({ readModel }) => formatInstant(readModel?.builtAt ?? ''),
  },
  { key: 'lag', title: 'Events behind', isNumber: true, value: ({ lag }) => lag },
];

/** The read models: what they hold, and jobs that rebuild one or compare it with its streams. */
export const Projection = () => {
  const listings = useListings(useSession().services);
  const [service] = useParam('service');
  const [name] = useParam('name');
  const linkHere = useLinkHere('projection');
  const [, navigate] = useLocation();
  const projections = listings.flatMap(({ subscriptions }) =>
    subscriptions.filter(({ readModel }) => readModel !== undefined),
  );
  const selection = projections.find((row) => row.service === service && row.name === name);
  return (
    <>
      <h1>Projections</h1>
      <Unreachable listings={listings} />
      {selection === undefined ? null : (
        <>
          <SubscriptionDetails subscription={selection} />
          <Generations readModel={selection.readModel} />
          <ProjectionJobs key={`${service}/${name}`} projection={selection} />
        </>
      )}
      <DataTable
        name="Projections"
        columns={columns(linkHere)}
        rows={projections}
        keyOf={(row) => `${row.service}/${row.name}`}
        onOpen={(row) => navigate(linkHere({ service: row.service, name: row.name }))}
        whenEmpty="No service has answered with projections."
      />
    </>
  );
};
