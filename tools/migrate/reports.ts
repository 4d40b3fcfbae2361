import type { EvidenceReply } from '@lego-moc/migration/contracts/evidence';
import type { AuditReply } from '@lego-moc/migration/contracts/http-api';
import { formatCount, formatTable, print } from '@lego-moc/projections-cli/output';

export const printAudit = ({ owners, rows, differing, finishedAt, differences }: AuditReply): void => {
  print(`${formatCount(differing)} differences in ${formatCount(rows)} rows of ${formatCount(owners)} users`);
  if (finishedAt !== null) print(`as of ${finishedAt}`);
  if (differences.length > 0)
    print(
      formatTable([
        ['TABLE', 'ID', 'DIFFERENCE'],
        ...differences.map(({ table, id, columns, missing }) => [
          table,
          id,
          missing === undefined ? columns.join(', ') : `missing: ${missing}`,
        ]),
      ]),
    );
};

/** Where answers of both sides differ, and the last of them with masked values. */
export const printDifferences = ({ comparisons, places, examples }: EvidenceReply): void => {
  const { alike, different, unsettled, skipped } = comparisons;
  print(
    `${formatCount(different)} of ${formatCount(alike + different)} answers differ; ` +
      `${formatCount(unsettled)} changed meanwhile, ${formatCount(skipped)} were not compared`,
  );
  if (places.length === 0) return;
  print(
    formatTable([
      ['PLACE', 'DIFFERENCE', 'EXAMPLES'],
      ...places.map(({ path, kind, examples: count }) => [path, kind, formatCount(count)]),
    ]),
  );
  print(
    formatTable([
      ['AT', 'REQUEST', 'CORRELATION ID', 'PLACE', 'MONOLITH', 'PLATFORM'],
      ...examples.flatMap(({ at, request, correlationId, differences }) =>
        differences.map(({ path, legacy, platform }) => [at, request, correlationId, path, legacy, platform]),
      ),
    ]),
  );
};

const percentile = (ms: number | null): string => (ms === null ? '' : `${ms.toFixed(0)} ms`);

/** What each gate says, and by what. */
export const printGates = ({ verdicts, legacy, platform }: EvidenceReply): void => {
  if (verdicts.length === 0) print('Traffic is judged from shadow to live.');
  else
    print(
      formatTable([['GATE', 'VERDICT', 'BY'], ...verdicts.map(({ gate, outcome, detail }) => [gate, outcome, detail])]),
    );
  print(
    formatTable([
      ['SIDE', 'ANSWERS', 'ERRORS', 'WITHOUT ANSWER', 'READS P95'],
      ...(
        [
          ['monolith', legacy],
          ['platform', platform],
        ] as const
      ).map(([side, { answers, errors, failures, p95Ms }]) => [
        ...[side, formatCount(answers), formatCount(errors), formatCount(failures), percentile(p95Ms)],
      ]),
    ]),
  );
};
