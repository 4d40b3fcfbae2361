import { expect } from 'chai';
import { checkCommit, type CommitFacts } from './commit-check.ts';

/** A stream that holds the events a, b and c. */
const storedIds = ['a', 'b', 'c'];
const revisionOf = (id: string): bigint | undefined =>
  storedIds.includes(id) ? BigInt(storedIds.indexOf(id)) : undefined;

const threeEvents: CommitFacts = {
  lastRevision: 2n,
  tombstoned: false,
  softDeleted: false,
  hasMetadata: false,
  expected: 2n,
  ids: ['x'],
  recentRevisionOf: revisionOf,
  idAt: (revision) => storedIds[Number(revision)],
};
const noStream: CommitFacts = {
  ...threeEvents,
  lastRevision: -1n,
  recentRevisionOf: () => undefined,
  idAt: () => undefined,
};

const check = (facts: CommitFacts, change: Partial<CommitFacts>) => checkCommit({ ...facts, ...change });

const append = { kind: 'append' };
const wrong = { kind: 'wrong-expected-revision' };
const deletion = { kind: 'stream-deleted' };

describe('checking a commit against an expected revision', () => {
  it('appends when the expected revision is the current one', () => {
    expect(check(threeEvents, { expected: 2n })).to.deep.equal(append);
    expect(check(noStream, { expected: 'no-stream' })).to.deep.equal(append);
  });

  it('rejects a revision above the current one', () => {
    expect(check(threeEvents, { expected: 3n })).to.deep.equal(wrong);
    expect(check(noStream, { expected: 0n })).to.deep.equal(wrong);
  });

  it('rejects a revision below the current one', () => {
    expect(check(threeEvents, { expected: 0n })).to.deep.equal(wrong);
    expect(check(threeEvents, { expected: 'no-stream' })).to.deep.equal(wrong);
  });

  it('reports a retry as idempotent when the ids after the expected revision are the same', () => {
    expect(check(threeEvents, { expected: 0n, ids: ['b', 'c'] })).to.deep.equal({ kind: 'idempotent', revision: 2n });
    expect(check(threeEvents, { expected: 'no-stream', ids: ['a'] })).to.deep.equal({
      kind: 'idempotent',
      revision: 0n,
    });
  });

  it('rejects an append of which only the first events are stored', () => {
    expect(check(threeEvents, { expected: 1n, ids: ['c', 'x'] })).to.deep.equal(wrong);
    expect(check(threeEvents, { expected: 0n, ids: ['b', 'x'] })).to.deep.equal(wrong);
  });

  it('rejects an empty append at an earlier revision', () => {
    expect(check(threeEvents, { expected: 1n, ids: [] })).to.deep.equal(wrong);
    expect(check(threeEvents, { expected: 2n, ids: [] })).to.deep.equal(append);
  });

  it('accepts no-stream on a soft-deleted stream', () => {
    expect(check(threeEvents, { expected: 'no-stream', softDeleted: true })).to.deep.equal(append);
  });
});

describe('checking a commit without an expected revision', () => {
  it('appends events with unknown ids', () => {
    expect(check(threeEvents, { expected: 'any' })).to.deep.equal(append);
    expect(check(noStream, { expected: 'any' })).to.deep.equal(append);
    expect(check(threeEvents, { expected: 'any', ids: [] })).to.deep.equal(append);
  });

  it('reports a recent retry as idempotent', () => {
    expect(check(threeEvents, { expected: 'any', ids: ['a', 'b'] })).to.deep.equal({
      kind: 'idempotent',
      revision: 1n,
    });
  });

  it('appends again when the ids are no longer remembered', () => {
    const forgetful = { ...threeEvents, recentRevisionOf: () => undefined };
    expect(check(forgetful, { expected: 'any', ids: ['a'] })).to.deep.equal(append);
  });

  it('rejects an append of which only the first events are stored', () => {
    expect(check(threeEvents, { expected: 'any', ids: ['c', 'x'] })).to.deep.equal(wrong);
  });
});

describe('checking a commit to a stream that must exist', () => {
  it('rejects a stream without events and metadata', () => {
    expect(check(noStream, { expected: 'stream-exists' })).to.deep.equal(wrong);
  });

  it('accepts a stream that has metadata only', () => {
    expect(check(noStream, { expected: 'stream-exists', hasMetadata: true })).to.deep.equal(append);
  });

  it('reports stream-deleted for a soft-deleted stream', () => {
    expect(check(threeEvents, { expected: 'stream-exists', softDeleted: true })).to.deep.equal(deletion);
  });
});

describe('checking a commit to a tombstoned stream', () => {
  it('rejects every expected revision', () => {
    for (const expected of ['any', 'no-stream', 'stream-exists', 2n] as const) {
      expect(check(threeEvents, { expected, tombstoned: true, ids: ['a'] })).to.deep.equal(deletion);
    }
  });
});
