import { decideColourScheme } from '../domain/colour-scheme-evidence.ts';
import { DISPUTED_SCHEMES, isDisputed, type SchemeDecision } from '../domain/colour-scheme.ts';
import type { OpenQuestion, Reading } from '../domain/file-job-events.ts';
import type { Findings, UsedColumns } from '../domain/findings.ts';
import type { KindMemory } from './ports/kind-memory.ts';
import { ColumnsUnknown } from './ports/parts-list-reader.ts';
import { readPass, type Attempt, type Pass, type PassReading } from './read-pass.ts';
import { settleColumnsBy } from './settle-columns.ts';
import type { ReadingProgress } from './track-bytes.ts';

export type LotReading = PassReading & { readonly kinds: Pick<KindMemory, 'recall'> };

/** The findings of a file, or what a person has to decide about it first. */
export type ReadResult = { readonly findings: Findings } | { readonly question: OpenQuestion };

const readingsOf = ({ findings, evidence }: Pass): readonly Reading[] =>
  DISPUTED_SCHEMES.map((colourScheme) => ({
    colourScheme,
    lots: findings.lots,
    pieces: findings.pieces,
    unknownColours: evidence.unknownColours[colourScheme],
    supportingLots: Math.max(
      ...[evidence.names, evidence.partColours, evidence.ids].map((votes) => votes[colourScheme]),
    ),
  }));

/**
 * Reads a file to its end and stores its lots. Reads it a second time when its content contradicts the colour scheme
 * that its format implies, or when its columns were settled only by its first rows. Throws what `readPass` does.
 */
export const readLots = ({ kinds, ...needs }: LotReading) => {
  const { catalogue, lots, now } = needs;
  const readOnce = readPass(needs);

  const decideScheme = async (
    attempt: Attempt,
    { evidence, expected, kind }: Pass,
  ): Promise<SchemeDecision | undefined> => {
    if (expected !== undefined && !isDisputed(expected)) return { scheme: expected, reason: 'format' };
    if (attempt.colourScheme !== undefined) return { scheme: attempt.colourScheme, reason: 'user' };
    const decision = decideColourScheme(evidence, expected);
    if (decision !== undefined) return decision;
    const { colourScheme } = await kinds.recall(attempt.owner, kind);
    return colourScheme === undefined ? undefined : { scheme: colourScheme, reason: 'remembered' };
  };

  const readWith = async (attempt: Attempt, progress: ReadingProgress, columns?: UsedColumns): Promise<ReadResult> => {
    const startedAt = now();
    const pass = await readOnce(attempt, progress, startedAt, { scheme: attempt.colourScheme, columns });
    const decision = await decideScheme(attempt, pass);
    if (decision === undefined) return { question: { readings: readingsOf(pass), kind: pass.kind } };
    if (decision.scheme === pass.appliedScheme) return { findings: { ...pass.findings, colourScheme: decision } };
    await lots.clear(attempt.jobId, attempt.attemptId);
    const { findings } = await readOnce(attempt, progress, startedAt, { scheme: decision.scheme, columns });
    return { findings: { ...findings, colourScheme: decision } };
  };

  const settleColumns = settleColumnsBy({ catalogue, kinds });

  return async (attempt: Attempt, progress: ReadingProgress): Promise<ReadResult> => {
    const { columns } = attempt;
    if (columns !== undefined) return await readWith(attempt, progress, { mapping: columns, reason: 'user' });
    try {
      return await readWith(attempt, progress);
    } catch (error) {
      if (!(error instanceof ColumnsUnknown)) throw error;
      const decision = await settleColumns(attempt.owner, error);
      return 'question' in decision ? decision : await readWith(attempt, progress, decision);
    }
  };
};
