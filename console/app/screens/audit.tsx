import { Link } from 'wouter-preact';
import { useActions } from '../api/audit.ts';
import type { Action } from '../api/shapes.ts';
import { formatInstant } from '../model/format.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { linkTo } from '../parts/links.ts';
import { MoreButton } from '../parts/more-button.tsx';
import { useSession } from '../parts/session-context.ts';

const COLUMNS: readonly ViewColumn<Action>[] = [
  {
    key: 'when',
    title: 'When',
    value: ({ takenAt }) => takenAt,
    view: ({ takenAt }) => formatInstant(takenAt),
  },
  { key: 'operator', title: 'Operator', value: ({ operator }) => operator },
  { key: 'action', title: 'Action', value: ({ action }) => action },
  { key: 'service', title: 'Service', value: ({ service }) => service },
  { key: 'target', title: 'Target', value: ({ target }) => target },
  { key: 'count', title: 'Count', isNumber: true, value: ({ count }) => count },
  { key: 'reason', title: 'Reason', value: ({ reason }) => reason },
  {
    key: 'correlation',
    title: 'Correlation id',
    value: ({ correlationId }) => correlationId,
    view: ({ correlationId }) => <Link href={linkTo('correlation', { id: correlationId })}>{correlationId}</Link>,
  },
];

/** What operators did: who, what, to what, how many, why, when. */
export const Audit = () => {
  const { services } = useSession();
  const query = useActions(services);
  const { data, error, refetch } = query;
  const actions = data?.pages.flatMap((page) => page.actions);
  return (
    <>
      <h1>Audit</h1>
      {error === null ? null : (
        <CouldNotAsk what="the actions of operators" error={error} retry={() => void refetch()} />
      )}
      {actions === undefined && error === null ? <Loading what="the actions of operators" /> : null}
      {actions === undefined ? null : (
        <DataTable
          name="Actions of operators"
          columns={COLUMNS}
          rows={actions}
          keyOf={({ actionId }) => actionId}
          whenEmpty="No operator has done anything yet."
        />
      )}
      <MoreButton query={query}>Earlier actions</MoreButton>
    </>
  );
};
