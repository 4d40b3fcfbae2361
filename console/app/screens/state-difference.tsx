import { useDifference, type AggregatePlace } from '../api/aggregates.ts';
import { CouldNotAsk, Loading } from '../parts/could-not-ask.tsx';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';
import { JsonView } from '../parts/json-view.tsx';
import { useParam } from '../parts/params.ts';

type Change = { readonly path: string; readonly before?: unknown; readonly after?: unknown };

const textOf = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));

const view = (value: unknown) =>
  value === undefined ? <span class="faint">not there</span> : <JsonView value={value} />;

const COLUMNS: readonly ViewColumn<Change>[] = [
  { key: 'path', title: 'Value', value: ({ path }) => path },
  { key: 'before', title: 'Before', value: ({ before }) => textOf(before), view: ({ before }) => view(before) },
  { key: 'after', title: 'After', value: ({ after }) => textOf(after), view: ({ after }) => view(after) },
];

type Props = { readonly place: AggregatePlace; readonly revision: number; readonly last: number };

type RevisionProps = {
  readonly label: string;
  readonly value: string;
  readonly last: number;
  readonly set: (value: string) => void;
};

const RevisionInput = ({ label, value, last, set }: RevisionProps) => (
  <label>
    {label}{' '}
    <input type="number" min={0} max={last} value={value} onChange={({ currentTarget }) => set(currentTarget.value)} />
  </label>
);

/** What changed between two revisions: between the one shown and the one before it, unless others are named. */
export const StateDifference = ({ place, revision, last }: Props) => {
  const [fromText, setFrom] = useParam('from');
  const [toText, setTo] = useParam('to');
  const from = fromText === '' ? String(Math.max(0, revision - 1)) : fromText;
  const to = toText === '' ? String(revision) : toText;
  const { data, error, refetch } = useDifference(place, from, to);
  const subject = 'the difference of two revisions';
  return (
    <>
      <h2>What changed</h2>
      <div class="table-tools">
        <RevisionInput label="From revision" value={from} last={last} set={setFrom} />
        <RevisionInput label="to revision" value={to} last={last} set={setTo} />
      </div>
      {error === null ? null : <CouldNotAsk what={subject} error={error} retry={() => void refetch()} />}
      {from === to ? <p class="empty">Nothing lies between a revision and itself.</p> : null}
      {data === undefined && error === null && from !== to ? <Loading what={subject} /> : null}
      {data === undefined || from === to ? null : (
        <>
          {data.isComplete ? null : <p class="badge serious">There are more changes than are shown</p>}
          <DataTable
            name="Changes"
            columns={COLUMNS}
            rows={data.changes}
            keyOf={({ path }) => path}
            whenEmpty="No value that is shown or masked differs."
          />
        </>
      )}
    </>
  );
};
