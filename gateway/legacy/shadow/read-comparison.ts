import type { Capability } from '@lego-moc/migration/contracts/capabilities';
import { DIFFERENCES_MAX, type DifferenceExample } from '@lego-moc/migration/contracts/evidence';
import type { Side } from '@lego-moc/migration/contracts/routing';
import { compareAnswers, hasForeignRows, type Answer, type ValueDifference } from './compare-answers.ts';
import { COMPARISON_RULES } from './comparison-rules.ts';
import type { ComparisonOutcome, GatheredEvidence, Stage } from './gathered-evidence.ts';
import { createMask, maskTarget } from './mask.ts';
import type { SideRead } from './side-reader.ts';

/** A read that one side answers to a client, and how to ask both for it. */
export type ShadowRead = {
  readonly capability: Capability;
  readonly stage: Stage;
  readonly userId: string;
  readonly correlationId: string;
  /** The side that answers the client. */
  readonly side: Side;
  readonly reads: Readonly<Record<Side, SideRead>>;
};

export type ComparisonOptions = {
  readonly read: (sideRead: SideRead) => Promise<Answer>;
  readonly evidence: Pick<GatheredEvidence, 'noteAnswer'>;
  readonly note: (read: ShadowRead, outcome: ComparisonOutcome, example?: DifferenceExample) => void;
  readonly wait: (ms: number) => Promise<unknown>;
  /** Whether all that was written before then has been carried to the other side. */
  readonly isFollowed: (capability: Capability, atMs: number) => boolean;
};

type Answers = Readonly<Record<Side, Answer>>;

/** Between two looks, and so often until the followers have carried what was written before the first one. */
const SECOND_LOOK_MS = 1_000;
const SECOND_LOOKS_MAX = 10;
/** After a comparison its worker rests so many times as long: all eight take a twelfth of the processor at most. */
const REST_FACTOR = 100;

const OPPOSITES: Readonly<Record<Side, Side>> = { legacy: 'platform', platform: 'legacy' };

/** Compares what a client was answered with what the other side answers. */
export const readComparison = ({ read: ask, evidence, note, wait, isFollowed }: ComparisonOptions) => {
  const mask = createMask();

  const exampleOf = ({ correlationId, reads }: ShadowRead, differences: readonly ValueDifference[]) => ({
    ...{ at: new Date().toISOString(), correlationId, request: maskTarget(reads.legacy.path) },
    differences: differences.slice(0, DIFFERENCES_MAX).map(({ path, kind, legacy, platform }) => ({
      ...{ path: path.slice(0, 200), kind, legacy: mask(legacy), platform: mask(platform) },
    })),
  });

  const compare = async ({ capability }: ShadowRead, { legacy, platform }: Answers) => {
    const startedAt = performance.now();
    const today = new Date().toISOString().slice(0, 10);
    const differences = compareAnswers(legacy, platform, COMPARISON_RULES[capability], today);
    await wait((performance.now() - startedAt) * REST_FACTOR);
    return differences;
  };

  /** Asks the side that the client did not ask, as evidence of what it is worth. */
  const askOther = async ({ capability, stage, side: asker, reads }: ShadowRead): Promise<Answer> => {
    const side = OPPOSITES[asker];
    const startedAt = performance.now();
    try {
      const answer = await ask(reads[side]);
      const readMs = performance.now() - startedAt;
      evidence.noteAnswer(capability, stage, { side, outcome: answer.status, readMs });
      return answer;
    } catch (error) {
      evidence.noteAnswer(capability, stage, { side, outcome: 'failed' });
      throw error;
    }
  };

  const untilFollowed = async ({ capability }: ShadowRead, atMs: number): Promise<boolean> => {
    for (let look = 0; look < SECOND_LOOKS_MAX; look += 1) {
      await wait(SECOND_LOOK_MS);
      if (isFollowed(capability, atMs)) return true;
    }
    return false;
  };

  /** What differs in the same way when both sides are asked once more: no write on its way, and no noise. */
  const lastingDifferences = async (read: ShadowRead, first: readonly ValueDifference[]) => {
    if (!(await untilFollowed(read, performance.now()))) return [];
    const [legacy, platform] = await Promise.all([ask(read.reads.legacy), ask(read.reads.platform)]);
    const before = new Set(first.map((difference) => JSON.stringify(difference)));
    return (await compare(read, { legacy, platform })).filter((difference) => before.has(JSON.stringify(difference)));
  };

  return async (read: ShadowRead, clientAnswer: Answer): Promise<void> => {
    const otherAnswer = await askOther(read);
    const answers: Answers =
      read.side === 'legacy'
        ? { legacy: clientAnswer, platform: otherAnswer }
        : { legacy: otherAnswer, platform: clientAnswer };
    if (hasForeignRows(answers.platform, COMPARISON_RULES[read.capability], read.userId)) note(read, 'foreign');
    const differences = await compare(read, answers);
    const lasting = differences.length === 0 ? [] : await lastingDifferences(read, differences);
    if (lasting.length > 0) note(read, 'different', exampleOf(read, lasting));
    else note(read, differences.length === 0 ? 'alike' : 'unsettled');
  };
};
