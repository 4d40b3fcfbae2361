import { useState } from 'preact/hooks';
import { auditMigration, type MigrationAudit } from '../api/migrations.ts';
import { formatCount, plural } from '../model/format.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';

type Difference = MigrationAudit['differences'][number];

const COLUMNS: readonly ViewColumn<Difference>[] = [
  { key: 'table', title: 'Table', value: ({ table }) => table },
  { key: 'id', title: 'Row', value: ({ id }) => id },
  { key: 'columns', title: 'Columns', value: ({ columns }) => columns.join(', ') },
  { key: 'missing', title: 'Missing at', value: ({ missing = null }) => missing },
];

type Answer = MigrationAudit | Error | 'pending' | undefined;

/** The gate of every move: whether both sides have the same rows. Asked for by hand, since it reads them all. */
export const MigrationComparison = ({ capability }: { readonly capability: string }) => {
  const [answer, setAnswer] = useState<Answer>();
  const compare = async (): Promise<void> => {
    setAnswer('pending');
    setAnswer(await auditMigration(capability).catch((error: unknown) => error as Error));
  };
  return (
    <>
      <h3>Gate: both sides have the same rows</h3>
      <div class="buttons above">
        <button type="button" disabled={answer === 'pending'} onClick={() => void compare()}>
          Compare now
        </button>
      </div>
      {answer === 'pending' ? <Loading what="both sides" /> : null}
      {answer instanceof Error ? <CouldNotAsk what="both sides" error={answer} /> : null}
      {answer === undefined || answer === 'pending' || answer instanceof Error ? null : <Outcome audit={answer} />}
    </>
  );
};

const Outcome = ({ audit: { owners, rows, differing, differences } }: { readonly audit: MigrationAudit }) => (
  <>
    <p role="status">
      <span class={differing === 0 ? 'badge good' : 'badge critical'}>{differing === 0 ? 'passes' : 'fails'}</span>{' '}
      {plural(differing, 'difference')} in {formatCount(rows)} rows of {plural(owners, 'user')}
    </p>
    {differing === 0 ? null : (
      <DataTable
        name="Differences"
        columns={COLUMNS}
        rows={differences}
        keyOf={({ table, id }) => `${table} ${id}`}
        whenEmpty="None."
      />
    )}
  </>
);
