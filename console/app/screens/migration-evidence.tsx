import { useMigrationEvidence, type MigrationEvidence } from '../api/migrations.ts';
import { formatCount, formatInstant, plural } from '../model/format.ts';
import { CouldNotAsk } from '../parts/could-not-ask.tsx';
import { DataTable, type ViewColumn } from '../parts/data-table.tsx';

type Verdict = MigrationEvidence['verdicts'][number];
type Side = { readonly name: string } & MigrationEvidence['legacy'];
type Difference = MigrationEvidence['examples'][number]['differences'][number] & {
  readonly at: string;
  readonly request: string;
  readonly correlationId: string;
};

const BADGES: Readonly<Record<Verdict['outcome'], string>> = {
  ...{ pass: 'badge good', fail: 'badge critical', inconclusive: 'badge notice' },
};
const WORDS: Readonly<Record<Verdict['outcome'], string>> = {
  ...{ pass: 'passes', fail: 'fails', inconclusive: 'cannot tell yet' },
};

const GATE_COLUMNS: readonly ViewColumn<Verdict>[] = [
  { key: 'gate', title: 'Gate', value: ({ gate }) => gate },
  {
    ...{ key: 'outcome', title: 'Says', value: ({ outcome }) => WORDS[outcome] },
    view: ({ outcome }) => <span class={BADGES[outcome]}>{WORDS[outcome]}</span>,
  },
  { key: 'detail', title: 'By', value: ({ detail }) => detail },
];

const SIDE_COLUMNS: readonly ViewColumn<Side>[] = [
  { key: 'name', title: 'Side', value: ({ name }) => name },
  { key: 'answers', title: 'Answers', isNumber: true, value: ({ answers }) => answers },
  { key: 'errors', title: 'Errors', isNumber: true, value: ({ errors }) => errors },
  { key: 'failures', title: 'Without answer', isNumber: true, value: ({ failures }) => failures },
  {
    ...{ key: 'p95', title: 'Reads, p95', isNumber: true },
    value: ({ p95Ms }) => (p95Ms === null ? null : `${p95Ms.toFixed(0)} ms`),
  },
];

const DIFFERENCE_COLUMNS: readonly ViewColumn<Difference>[] = [
  { key: 'at', title: 'At', value: ({ at }) => formatInstant(at) },
  { key: 'request', title: 'Request', value: ({ request }) => request },
  { key: 'path', title: 'Place', value: ({ path }) => path },
  { key: 'kind', title: 'Difference', value: ({ kind }) => kind },
  { key: 'legacy', title: 'Monolith', value: ({ legacy }) => legacy },
  { key: 'platform', title: 'Platform', value: ({ platform }) => platform },
  { key: 'correlationId', title: 'Correlation id', value: ({ correlationId }) => correlationId },
];

const differencesIn = ({ examples }: MigrationEvidence): readonly Difference[] =>
  examples.flatMap(({ differences, ...example }) => differences.map((difference) => ({ ...example, ...difference })));

/** The gates on traffic: errors and times of both sides, and whether they answer alike. */
export const MigrationEvidenceSection = ({ capability }: { readonly capability: string }) => {
  const { data, error, refetch } = useMigrationEvidence(capability);
  if (data === undefined)
    return error === null ? null : <CouldNotAsk what="the gates" error={error} retry={() => void refetch()} />;
  const { alike, different, unsettled, skipped } = data.comparisons;
  return (
    <>
      <h3>Gates: what both sides answer</h3>
      <DataTable
        name="Gates"
        columns={GATE_COLUMNS}
        rows={data.verdicts}
        keyOf={({ gate }) => gate}
        whenEmpty="Traffic is judged from shadow to live."
      />
      <DataTable
        name="Sides"
        columns={SIDE_COLUMNS}
        rows={[
          { name: 'monolith', ...data.legacy },
          { name: 'platform', ...data.platform },
        ]}
        keyOf={({ name }) => name}
        whenEmpty="None."
      />
      <p>
        {formatCount(different)} of {plural(alike + different, 'answer')} differ; {formatCount(unsettled)} changed
        meanwhile, {formatCount(skipped)} were not compared.
      </p>
      {different === 0 ? null : (
        <DataTable
          name="Differing answers"
          columns={DIFFERENCE_COLUMNS}
          rows={differencesIn(data)}
          keyOf={({ at, correlationId, path, legacy, platform }) =>
            [at, correlationId, path, legacy, platform].join(' ')
          }
          whenEmpty="None."
        />
      )}
    </>
  );
};
