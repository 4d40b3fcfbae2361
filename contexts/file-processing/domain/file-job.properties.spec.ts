import { expect } from 'chai';
import fc from 'fast-check';
import { isRejection } from '@lego-moc/kernel/decider';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AttemptId, Failure, FileJobEvent, JobId } from './file-job-events.ts';
import { ATTEMPTS_MAX, fileJobDecider, type FileJob, type FileJobCommand } from './file-job.ts';
import { emptyFindings, listTotals, type Findings } from './findings.ts';

const at = fc.constantFrom('2026-01-01T12:00:00.000Z', '2026-01-01T12:01:00.000Z').map((text) => text as Instant);
const attemptId = fc.constantFrom('a1', 'a2', 'a3', 'a4', 'a5').map((id) => id as AttemptId);
const findings: Findings = {
  ...{ ...emptyFindings, unknownParts: { count: 2, first: [] } },
  format: 'rebrickable-csv',
  encoding: 'utf-8',
  catalogueRelease: 'starter-1',
};
const opening = {
  opening: {
    ...{ catalogueRelease: 'r2', sets: 1, minifigs: 0, lots: 1, pieces: 1, piecesExtra: 0 },
    unopened: { count: 0, first: [] },
  },
  ...{ totals: listTotals(emptyFindings), composition: { colours: [], parts: [] } },
};
const failure: Failure = { code: 'no-lots', detail: '' };
const question = { columns: 2, header: [], guess: { hasHeader: true, part: 0 }, reasons: [] };
const submission = {
  jobId: 'j1' as JobId,
  ...{ fileId: 'f1', fileName: 'a.csv', mocId: 'm1', partsListId: 'l1', owner: 'ada' as UserId },
};

const command: fc.Arbitrary<FileJobCommand> = fc.oneof(
  fc
    .record({ at, fileId: fc.constantFrom('f1', 'f2') })
    .map((data) => ({ type: 'SubmitFile' as const, data: { ...submission, ...data } })),
  fc.record({ at, attemptId }).map((data) => ({ type: 'StartParsing' as const, data })),
  fc.record({ at, attemptId }).map((data) => ({ type: 'FailAttempt' as const, data })),
  fc.record({ at, attemptId }).map((data) => ({ type: 'AbandonAttempt' as const, data })),
  fc.record({ at, attemptId }).map((data) => ({ type: 'CompleteParsing' as const, data: { ...data, findings } })),
  fc.record({ at, attemptId, count: fc.integer({ min: 0, max: 3 }) }).map(({ count, ...data }) => ({
    type: 'ResolveLots' as const,
    data: {
      ...{ ...data, catalogueRelease: 'r2', composition: { colours: [], parts: [] } },
      ...{ unknownParts: { count, first: [] }, unknownColours: { count: 0, first: [] } },
    },
  })),
  fc
    .record({ at, attemptId, openedAttemptId: attemptId, changes: fc.integer({ min: 0, max: 2 }) })
    .map((data) => ({ type: 'OpenSets' as const, data: { ...data, ...opening, by: 'ada' } })),
  fc.record({ at, attemptId }).map((data) => ({ type: 'FailParsing' as const, data: { ...data, failure } })),
  fc.record({ at, attemptId }).map((data) => ({ type: 'AskForDecision' as const, data: { ...data, readings: [] } })),
  fc
    .record({ at, attemptId })
    .map((data) => ({ type: 'AskForDecision' as const, data: { ...data, readings: [], columns: question } })),
  fc.record({ at, part: fc.constantFrom(0, 1) }).map(({ at, part }) => ({
    type: 'DecideColumns' as const,
    data: { at, columns: { hasHeader: true, part }, by: 'ada' },
  })),
  fc.record({ at }).map((data) => ({ type: 'CancelJob' as const, data: { ...data, by: 'ada' } })),
  fc
    .record({ at, colourScheme: fc.constantFrom('rebrickable' as const, 'bricklink' as const) })
    .map((data) => ({ type: 'DecideColourScheme' as const, data: { ...data, by: 'ada' } })),
);

type Life = { readonly job: FileJob; readonly events: readonly FileJobEvent[] };

const live = (commands: readonly FileJobCommand[]): Life =>
  commands.reduce<Life>(
    ({ job, events }, next) => {
      const decision = fileJobDecider.decide(next, job);
      if (isRejection(decision)) return { job, events };
      return { job: decision.reduce(fileJobDecider.evolve, job), events: [...events, ...decision] };
    },
    { job: fileJobDecider.initial, events: [] },
  );

const isOver = ({ type }: FileJobEvent): boolean =>
  ['ParsingCompleted', 'ParsingFailed', 'JobCancelled'].includes(type);

describe('the laws of a file job', () => {
  it('an accepted command repeated changes nothing', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), command, (history, next) => {
        const { job } = live(history);
        const decision = fileJobDecider.decide(next, job);
        fc.pre(!isRejection(decision));
        const again = fileJobDecider.decide(next, decision.reduce(fileJobDecider.evolve, job));
        // A start that gave the file up ended the job; repeated, it is rejected.
        if (next.type === 'StartParsing' && isRejection(again)) expect(again.rejected).to.equal('job-over');
        else expect(again).to.deep.equal([]);
      }),
    );
  });

  it('a job ends once, and nothing follows the end but changes of its lots', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        const { events } = live(commands);
        const end = events.findIndex(isOver);
        const later = end === -1 ? [] : events.slice(end + 1).map(({ type }) => type);
        expect(later.filter((type) => type !== 'LotsResolved' && type !== 'SetsOpened')).to.deep.equal([]);
      }),
    );
  });

  it('no job begins more attempts than the limit, and as many again after each decision and abandonment', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 30 }), (commands) => {
        let starts = 0;
        for (const { type } of live(commands).events) {
          if (['ColumnsDecided', 'ColourSchemeDecided', 'AttemptAbandoned'].includes(type)) starts = 0;
          if (type === 'ParsingStarted') starts += 1;
          expect(starts).to.be.at.most(ATTEMPTS_MAX);
        }
      }),
    );
  });

  it('any history folds without an error', () => {
    const anyEvent = fc.array(command, { maxLength: 8 }).map((commands) => live(commands).events);
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 4 }), (lives) => {
        expect(() => lives.flat().reduce(fileJobDecider.evolve, fileJobDecider.initial)).not.to.throw();
      }),
    );
  });
});
