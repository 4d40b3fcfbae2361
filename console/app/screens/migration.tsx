import { hasMigrations, useMigrations, type Migration } from '../api/migrations.ts';
import { formatCount } from '../model/format.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { linkTo } from '../parts/links.ts';
import { useParam } from '../parts/params.ts';
import { useSession } from '../parts/session-context.ts';
import { Link, useLocation } from 'wouter-preact';
import { MigrationDetails, weightOf } from './migration-details.tsx';

const COLUMNS: readonly ViewColumn<Migration>[] = [
  {
    key: 'capability',
    title: 'Capability',
    value: ({ capability }) => capability,
    view: ({ capability }) => <Link href={linkTo('migration', { capability })}>{capability}</Link>,
  },
  { key: 'state', title: 'State', value: ({ state }) => state },
  { key: 'weight', title: 'Users on the platform', isNumber: true, value: (row) => `${String(weightOf(row))} %` },
  { key: 'held', title: 'Held', value: ({ held }) => (held ? 'held' : null) },
  {
    key: 'backfill',
    title: 'Copied',
    value: ({ backfill }) => backfill.rows,
    view: ({ backfill: { rows, total } }) =>
      `${formatCount(rows)} of ${total === null ? 'an unknown number' : formatCount(total)}`,
  },
  { key: 'findings', title: 'Findings', isNumber: true, value: ({ backfill }) => backfill.findings },
];

/** Where each capability stands between the monolith and the platform. */
export const MigrationScreen = () => {
  const { services } = useSession();
  const { data, error, refetch, isPending } = useMigrations(services);
  const [capability] = useParam('capability');
  const [, navigate] = useLocation();
  const selection = data?.find((row) => row.capability === capability);
  if (!hasMigrations(services))
    return (
      <>
        <h1>Migration</h1>
        <p class="empty">
          There is no monolith to migrate from: the service <code>migration</code> runs where LEGACY_DATABASE_URL names
          its database.
        </p>
      </>
    );
  return (
    <>
      <h1>Migration</h1>
      {error === null ? null : <CouldNotAsk what="the migrations" error={error} retry={() => void refetch()} />}
      {isPending ? <Loading what="the migrations" /> : null}
      {selection === undefined ? null : <MigrationDetails key={capability} migration={selection} />}
      {data === undefined ? null : (
        <DataTable
          name="Migrations"
          columns={COLUMNS}
          rows={data}
          keyOf={(row) => row.capability}
          onOpen={(row) => navigate(linkTo('migration', { capability: row.capability }))}
          whenEmpty="Nothing is to be moved."
        />
      )}
    </>
  );
};
