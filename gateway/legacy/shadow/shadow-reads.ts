import { setTimeout as sleep } from 'node:timers/promises';
import type { Capability } from '@lego-moc/migration/contracts/capabilities';
import type { AnswerTap } from '../../proxy/exchange.ts';
import { boundedQueue } from './bounded-queue.ts';
import type { ComparisonOutcome, GatheredEvidence } from './gathered-evidence.ts';
import { readBudget } from './read-budget.ts';
import { readComparison, type ComparisonOptions, type ShadowRead } from './read-comparison.ts';
import { answerIn, BODY_BYTES_MAX } from './side-reader.ts';

export type ShadowOptions = {
  readonly read: ComparisonOptions['read'];
  readonly evidence: Pick<GatheredEvidence, 'noteAnswer' | 'noteComparison'>;
  readonly count: (capability: Capability, outcome: ComparisonOutcome) => void;
  readonly isFollowed: ComparisonOptions['isFollowed'];
  readonly perSecond: number;
  readonly nowMs?: () => number;
  readonly wait?: (ms: number) => Promise<unknown>;
};

/** What the client got, as it came. */
type ClientAnswer = { readonly status: number; readonly body: Buffer; readonly encoding: string | undefined };

const CONCURRENCY = 8;
const WAITING_MAX = 64;

/** Asks the other side for what a client has read, when the client has its answer, and compares. */
export const shadowReads = (options: ShadowOptions) => {
  const { read, evidence, count, isFollowed, perSecond, nowMs = () => performance.now(), wait = sleep } = options;
  const isWithinBudget = readBudget(perSecond, nowMs);

  const note: ComparisonOptions['note'] = ({ capability, stage }, outcome, example) => {
    count(capability, outcome);
    evidence.noteComparison(capability, stage, outcome, example);
  };
  const compare = readComparison({ read, evidence, note, wait, isFollowed });

  const add = boundedQueue<{ readonly read: ShadowRead; readonly answer: ClientAnswer }>({
    concurrency: CONCURRENCY,
    waitingMax: WAITING_MAX,
    run: async ({ read: shadowRead, answer: { status, body, encoding } }) => {
      try {
        await compare(shadowRead, await answerIn(status, body, encoding));
      } catch {
        note(shadowRead, 'skipped');
      }
    },
  });

  /** Keeps what passes to the client, which shares its memory with the answer on its way. */
  const tapOf = (shadowRead: ShadowRead, status: number, encoding: string | undefined): AnswerTap => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    return {
      data: (chunk) => {
        bytes += chunk.length;
        if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
      },
      end: () => {
        const isAdded =
          bytes <= BODY_BYTES_MAX &&
          add({ read: shadowRead, answer: { status, encoding, body: Buffer.concat(chunks) } });
        if (!isAdded) note(shadowRead, 'skipped');
      },
    };
  };

  return {
    /** What listens to the answer of a read; `undefined` for one that is not compared. */
    tapFor: (shadowRead: () => ShadowRead) => {
      if (!isWithinBudget()) return undefined;
      return (status: number, encoding: string | undefined): AnswerTap => tapOf(shadowRead(), status, encoding);
    },
  };
};

export type ShadowReads = ReturnType<typeof shadowReads>;
