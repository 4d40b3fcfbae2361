import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AttemptId, Failure, FileJobEvent, JobId, Submission } from './file-job-events.ts';
import { emptyFindings, listTotals, type Findings } from './findings.ts';
import { fileJobDecider } from './file-job.ts';

const jobId = 'job-1' as JobId;
const first = 'attempt-1' as AttemptId;
const second = 'attempt-2' as AttemptId;
const third = 'attempt-3' as AttemptId;
const noon = '2026-01-01T12:00:00Z' as Instant;
const later = '2026-01-01T12:05:00Z' as Instant;
const failure: Failure = { code: 'xml-malformed', detail: 'A tag is not closed.', line: 7 };

const submission: Submission = {
  jobId,
  fileId: 'file-1',
  fileName: 'lighthouse.xml',
  mocId: 'moc-1',
  partsListId: 'list-1',
  owner: 'ada' as UserId,
};
const findings: Findings = {
  ...emptyFindings,
  lots: 3,
  pieces: 12,
  format: 'bricklink-xml',
  encoding: 'utf-8',
  catalogueRelease: 'starter-1',
};

const fileSubmitted: FileJobEvent = { type: 'FileSubmitted', data: { ...submission, submittedAt: noon } };
const parsingStarted = (attemptId: AttemptId): FileJobEvent => ({
  type: 'ParsingStarted',
  data: { jobId, attemptId, startedAt: noon },
});
const parsingCompleted: FileJobEvent = {
  type: 'ParsingCompleted',
  data: { jobId, attemptId: first, findings, completedAt: noon },
};
const parsingFailed: FileJobEvent = { type: 'ParsingFailed', data: { jobId, failure, failedAt: noon } };

const attemptFailed = (attemptId: AttemptId): FileJobEvent => ({
  type: 'AttemptFailed',
  data: { jobId, attemptId, failedAt: noon },
});
const givenUp = (times: number): FileJobEvent => ({
  type: 'ParsingFailed',
  data: {
    jobId,
    failure: {
      code: 'parsing-keeps-failing',
      detail: `Reading this file broke off ${times} times. Upload it again, or in another format.`,
    },
    failedAt: noon,
  },
});

const submit = (change: Partial<Submission> = {}) =>
  ({ type: 'SubmitFile', data: { ...submission, ...change, at: noon } }) as const;
const start = (attemptId: AttemptId) => ({ type: 'StartParsing', data: { attemptId, at: noon } }) as const;
const complete = (attemptId: AttemptId, at = noon) =>
  ({ type: 'CompleteParsing', data: { attemptId, findings, at } }) as const;
const fail = (attemptId: AttemptId) => ({ type: 'FailParsing', data: { attemptId, failure, at: noon } }) as const;

const job = given(fileJobDecider);

describe('submitting a file', () => {
  it('queues it', () => {
    job().when(submit()).then(fileSubmitted);
  });

  it('changes nothing the second time, whatever has happened since', () => {
    job(fileSubmitted, parsingStarted(first), parsingCompleted).when(submit()).thenNothing();
  });

  it('is refused under the id of a job for another file', () => {
    job(fileSubmitted)
      .when(submit({ fileId: 'file-2' }))
      .thenRejected('job-id-taken');
  });
});

describe('starting to parse', () => {
  it('begins an attempt', () => {
    job(fileSubmitted).when(start(first)).then(parsingStarted(first));
  });

  it('changes nothing the second time', () => {
    job(fileSubmitted, parsingStarted(first)).when(start(first)).thenNothing();
  });

  it('begins anew after an attempt that broke off', () => {
    job(fileSubmitted, parsingStarted(first)).when(start(second)).then(parsingStarted(second));
  });

  it('begins a tenth attempt after the service ended nine, and gives up after ten', () => {
    const attempts = Array.from({ length: 10 }, (_, index) => `attempt-${index}` as AttemptId);
    const starts = attempts.map(parsingStarted);
    job(fileSubmitted, ...starts.slice(1))
      .when(start(first))
      .then(parsingStarted(first));
    job(fileSubmitted, ...starts)
      .when(start('attempt-10' as AttemptId))
      .then(givenUp(10));
  });

  it('is refused once the job is over', () => {
    job(fileSubmitted, parsingStarted(first), parsingCompleted).when(start(second)).thenRejected('job-over');
    job(fileSubmitted, parsingStarted(first), parsingFailed).when(start(second)).thenRejected('job-over');
  });

  it('is refused for a job that was never submitted', () => {
    job().when(start(first)).thenRejected('job-not-found');
  });
});

describe('completing', () => {
  it('records the findings', () => {
    job(fileSubmitted, parsingStarted(first)).when(complete(first)).then(parsingCompleted);
  });

  it('changes nothing the second time', () => {
    job(fileSubmitted, parsingStarted(first), parsingCompleted).when(complete(first, later)).thenNothing();
  });

  it('is refused to an attempt that another one has replaced', () => {
    job(fileSubmitted, parsingStarted(first), parsingStarted(second))
      .when(complete(first))
      .thenRejected('attempt-superseded');
  });

  it('is refused after a failure', () => {
    job(fileSubmitted, parsingStarted(first), parsingFailed).when(complete(first)).thenRejected('job-over');
  });
});

describe('resolving lots', () => {
  const nothing = { count: 0, first: [] };
  const composition = { colours: [], parts: [] };
  const two = { count: 2, first: [] };
  const completion = (unknownParts: typeof two): FileJobEvent => ({
    type: 'ParsingCompleted',
    data: { jobId, attemptId: first, findings: { ...findings, unknownParts }, completedAt: noon },
  });
  const resolve = (attemptId: AttemptId, unknownParts = nothing) => {
    const counts = { unknownParts, unknownColours: nothing, catalogueRelease: 'r2', composition };
    return { type: 'ResolveLots', data: { ...counts, attemptId, at: noon } } as const;
  };
  const lotsResolved: FileJobEvent = {
    type: 'LotsResolved',
    data: {
      ...{ jobId, attemptId: first, unknownParts: nothing, unknownColours: nothing, composition },
      resolution: { catalogueRelease: 'r2', parts: 2, colours: 0, resolvedAt: noon },
    },
  };
  const history = [fileSubmitted, parsingStarted(first), completion(two)];

  it('records once how many parts are known now', () => {
    job(...history)
      .when(resolve(first))
      .then(lotsResolved);
    job(...history, lotsResolved)
      .when(resolve(first))
      .thenNothing();
  });

  it('changes nothing when no more is known, for another attempt, and unless the job is completed', () => {
    job(...history)
      .when(resolve(first, two))
      .thenNothing();
    job(...history)
      .when(resolve(second))
      .thenNothing();
    job(fileSubmitted, parsingStarted(first)).when(resolve(first)).thenNothing();
  });
});

describe('failing an attempt', () => {
  const failAttempt = (attemptId: AttemptId) => ({ type: 'FailAttempt', data: { attemptId, at: noon } }) as const;

  it('records it once, and lets another attempt begin', () => {
    job(fileSubmitted, parsingStarted(first)).when(failAttempt(first)).then(attemptFailed(first));
    job(fileSubmitted, parsingStarted(first), attemptFailed(first)).when(failAttempt(first)).thenNothing();
    job(fileSubmitted, parsingStarted(first), attemptFailed(first)).when(start(second)).then(parsingStarted(second));
  });

  it('gives up on a file that ends three attempts', () => {
    const twoFailures = [first, second].flatMap((attemptId) => [parsingStarted(attemptId), attemptFailed(attemptId)]);
    job(fileSubmitted, ...twoFailures, parsingStarted(third))
      .when(failAttempt(third))
      .then(attemptFailed(third), givenUp(3));
  });

  it('is refused to an attempt that another one has replaced, and once the file was read', () => {
    job(fileSubmitted, parsingStarted(first), parsingStarted(second))
      .when(failAttempt(first))
      .thenRejected('attempt-superseded');
    job(fileSubmitted, parsingStarted(first), parsingCompleted).when(failAttempt(first)).thenRejected('job-over');
  });
});

describe('abandoning an attempt', () => {
  const abandon = (attemptId: AttemptId) => ({ type: 'AbandonAttempt', data: { attemptId, at: noon } }) as const;
  const abandonment: FileJobEvent = { type: 'AttemptAbandoned', data: { jobId, attemptId: first, abandonedAt: noon } };

  it('lets the file wait for another attempt, and refuses the outcome of this one', () => {
    job(fileSubmitted, parsingStarted(first)).when(abandon(first)).then(abandonment);
    job(fileSubmitted, parsingStarted(first), abandonment).when(start(second)).then(parsingStarted(second));
    job(fileSubmitted, parsingStarted(first), abandonment).when(complete(first)).thenRejected('attempt-superseded');
  });

  it('changes nothing a second time, for an earlier attempt, and once the file was read', () => {
    job(fileSubmitted, parsingStarted(first), abandonment).when(abandon(first)).thenNothing();
    job(fileSubmitted, parsingStarted(first), parsingStarted(second)).when(abandon(first)).thenNothing();
    job(fileSubmitted, parsingStarted(first), parsingCompleted).when(abandon(first)).thenNothing();
  });
});

describe('failing', () => {
  it('records the reason', () => {
    job(fileSubmitted, parsingStarted(first)).when(fail(first)).then(parsingFailed);
  });

  it('changes nothing the second time', () => {
    job(fileSubmitted, parsingStarted(first), parsingFailed).when(fail(first)).thenNothing();
  });

  it('is refused to an attempt that another one has replaced', () => {
    job(fileSubmitted, parsingStarted(first), parsingStarted(second))
      .when(fail(first))
      .thenRejected('attempt-superseded');
  });

  it('is refused once the file was read', () => {
    job(fileSubmitted, parsingStarted(first), parsingCompleted).when(fail(first)).thenRejected('job-over');
  });
});

describe('deciding whose colour ids a file uses', () => {
  const readings = (['rebrickable', 'bricklink'] as const).map((colourScheme) => ({
    ...{ colourScheme, lots: 2, pieces: 9, unknownColours: 0, supportingLots: 1 },
  }));
  const decisionNeeded: FileJobEvent = {
    type: 'DecisionNeeded',
    data: { jobId, attemptId: first, readings, needsDecisionSince: noon },
  };
  const schemeDecided: FileJobEvent = {
    type: 'ColourSchemeDecided',
    data: { jobId, colourScheme: 'bricklink', decidedBy: 'ada', decidedAt: noon },
  };
  const ask = (attemptId: AttemptId) => ({ type: 'AskForDecision', data: { attemptId, readings, at: noon } }) as const;
  const decide = (colourScheme: 'bricklink' | 'rebrickable') =>
    ({ type: 'DecideColourScheme', data: { colourScheme, by: 'ada', at: noon } }) as const;

  it('asks once, for the attempt that is under way', () => {
    job(fileSubmitted, parsingStarted(first)).when(ask(first)).then(decisionNeeded);
    job(fileSubmitted, parsingStarted(first), decisionNeeded).when(ask(first)).thenNothing();
    job(fileSubmitted, parsingStarted(first), parsingStarted(second))
      .when(ask(first))
      .thenRejected('attempt-superseded');
  });

  it('records the decision once', () => {
    job(fileSubmitted, parsingStarted(first), decisionNeeded).when(decide('bricklink')).then(schemeDecided);
    job(fileSubmitted, parsingStarted(first), decisionNeeded, schemeDecided).when(decide('bricklink')).thenNothing();
  });

  it('rejects a decision that no job needs, and another one after the first', () => {
    job(fileSubmitted, parsingStarted(first)).when(decide('bricklink')).thenRejected('decision-not-needed');
    job(fileSubmitted, parsingStarted(first), decisionNeeded, schemeDecided)
      .when(decide('rebrickable'))
      .thenRejected('decision-not-needed');
  });

  it('reads the file again with three attempts of its own', () => {
    job(fileSubmitted, parsingStarted(first), decisionNeeded, schemeDecided)
      .when(start(second))
      .then(parsingStarted(second));
  });
});

describe('withdrawing a job', () => {
  const jobWithdrawn: FileJobEvent = { type: 'JobWithdrawn', data: { jobId, withdrawnAt: noon } };
  const withdraw = { type: 'WithdrawJob', data: { at: noon } } as const;

  it('is recorded once, in every status of the job', () => {
    job(fileSubmitted).when(withdraw).then(jobWithdrawn);
    job(fileSubmitted, parsingStarted(first), parsingCompleted).when(withdraw).then(jobWithdrawn);
    job(fileSubmitted, jobWithdrawn).when(withdraw).thenNothing();
  });

  it('rejects the outcome of a running attempt and any new attempt', () => {
    job(fileSubmitted, parsingStarted(first), jobWithdrawn).when(complete(first)).thenRejected('job-withdrawn');
    job(fileSubmitted, parsingStarted(first), jobWithdrawn).when(start(second)).thenRejected('job-withdrawn');
  });

  it('accepts the same submission again, since its sender may not have heard of the deletion', () => {
    job(fileSubmitted, jobWithdrawn).when(submit()).thenNothing();
  });
});

describe('opening the sets of a list', () => {
  const opening = {
    ...{ catalogueRelease: 'r2', sets: 1, minifigs: 0, lots: 2, pieces: 9, piecesExtra: 0 },
    unopened: { count: 0, first: [] },
  };
  const change = {
    opening,
    totals: { ...listTotals(emptyFindings), lots: 3, pieces: 9 },
    composition: { colours: [], parts: ['3001'] },
  };
  const open = (data: object = {}) =>
    ({
      type: 'OpenSets',
      data: { ...change, attemptId: first, openedAttemptId: second, changes: 0, by: 'ada', at: noon, ...data },
    }) as const;
  const setsOpened: FileJobEvent = {
    type: 'SetsOpened',
    data: { ...change, jobId, attemptId: second, opening: { ...opening, openedAt: noon }, openedBy: 'ada' },
  };
  const history = [fileSubmitted, parsingStarted(first), parsingCompleted];

  it('is recorded once, with the totals and the lots of the list since then', () => {
    job(...history)
      .when(open())
      .then(setsOpened);
    job(...history, setsOpened)
      .when(open())
      .thenNothing();
    const state = [...history, setsOpened].reduce(fileJobDecider.evolve, fileJobDecider.initial);
    expect(state).to.include({ status: 'completed', attemptId: second });
    expect(state.status === 'completed' && state.findings).to.include({ lots: 3, pieces: 9, changes: 1 });
  });

  it('is rejected when the lots are not those that were opened any more, or not read', () => {
    job(...history, setsOpened)
      .when(open({ openedAttemptId: 'a9' }))
      .thenRejected('lots-changed');
    job(...history)
      .when(open({ changes: 1 }))
      .thenRejected('lots-changed');
    job(fileSubmitted, parsingStarted(first)).when(open()).thenRejected('lots-changed');
  });

  it('rejects the outcome of the attempt that read the list, which may be told twice', () => {
    job(...history, setsOpened)
      .when(complete(first))
      .thenRejected('job-over');
  });
});

describe('deciding what the columns mean', () => {
  const guess = { hasHeader: true, part: 0, quantity: 1 };
  const question = { columns: 2, header: ['Teil', 'Anzahl'], guess, reasons: [] };
  const decisionNeeded: FileJobEvent = {
    type: 'DecisionNeeded',
    data: { jobId, attemptId: first, readings: [], columns: question, kind: 'k1', needsDecisionSince: noon },
  };
  const columnsDecided: FileJobEvent = {
    type: 'ColumnsDecided',
    data: { jobId, columns: guess, decidedBy: 'ada', decidedAt: noon },
  };
  const decide = (change: object = {}) =>
    ({ type: 'DecideColumns', data: { columns: guess, by: 'ada', at: noon, ...change } }) as const;

  it('queues the file again, and changes nothing the second time', () => {
    job(fileSubmitted, parsingStarted(first), decisionNeeded).when(decide()).then(columnsDecided);
    job(fileSubmitted, parsingStarted(first), decisionNeeded, columnsDecided).when(decide()).thenNothing();
    job(fileSubmitted, parsingStarted(first), decisionNeeded, columnsDecided)
      .when(start(second))
      .then(parsingStarted(second));
  });

  it('takes the colour scheme at the same time', () => {
    job(fileSubmitted, parsingStarted(first), decisionNeeded)
      .when(decide({ colourScheme: 'bricklink' }))
      .then(columnsDecided, {
        type: 'ColourSchemeDecided',
        data: { jobId, colourScheme: 'bricklink', decidedBy: 'ada', decidedAt: noon },
      });
  });

  it('refuses a column that the table does not have', () => {
    job(fileSubmitted, parsingStarted(first), decisionNeeded)
      .when(decide({ columns: { ...guess, colour: 2 } }))
      .thenRejected('column-missing');
  });

  it('refuses an answer to another question', () => {
    job(fileSubmitted, parsingStarted(first)).when(decide()).thenRejected('decision-not-needed');
    job(fileSubmitted, parsingStarted(first), decisionNeeded)
      .when({ type: 'DecideColourScheme', data: { colourScheme: 'bricklink', by: 'ada', at: noon } })
      .thenRejected('decision-not-needed');
  });
});

describe('cancelling a job', () => {
  const cancel = { type: 'CancelJob', data: { by: 'ada', at: noon } } as const;
  const jobCancelled: FileJobEvent = {
    type: 'JobCancelled',
    data: { jobId, cancelledBy: 'ada', cancelledAt: noon },
  };

  it('is recorded once, before and while the file is read', () => {
    job(fileSubmitted).when(cancel).then(jobCancelled);
    job(fileSubmitted, parsingStarted(first)).when(cancel).then(jobCancelled);
    job(fileSubmitted, jobCancelled).when(cancel).thenNothing();
  });

  it('is refused when the job has ended', () => {
    job(fileSubmitted, parsingStarted(first), parsingCompleted).when(cancel).thenRejected('job-over');
  });

  it('rejects the outcome of a running attempt and any new attempt', () => {
    job(fileSubmitted, parsingStarted(first), jobCancelled).when(complete(first)).thenRejected('job-over');
    job(fileSubmitted, parsingStarted(first), jobCancelled).when(start(second)).thenRejected('job-over');
  });
});
