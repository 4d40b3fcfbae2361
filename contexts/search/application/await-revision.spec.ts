import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import { awaitRevision } from './await-revision.ts';
import type { FindRevision } from './ports/document-revisions.ts';

const ada = 'ada' as UserId;

describe('waiting for a revision to be indexed', () => {
  const id = newId();

  /** Indexes one more revision at each look. */
  const growing = (): FindRevision => {
    let revision = 0n;
    return () => Promise.resolve({ type: 'moc' as const, id, revision: revision++ });
  };

  it('returns the document as soon as it is new enough', async () => {
    expect(await awaitRevision(growing(), { id, revision: 0n }, ada)).to.include({ revision: 0n });
    expect(await awaitRevision(growing(), { id, revision: 2n }, ada)).to.include({ id, revision: 2n });
  });

  it('gives up on a document that the caller cannot see, or that stays too old', async () => {
    expect(await awaitRevision(() => Promise.resolve(undefined), { id, revision: 0n }, ada)).to.equal(undefined);
    const old: FindRevision = () => Promise.resolve({ type: 'moc', id, revision: 3n });
    expect(await awaitRevision(old, { id, revision: 4n }, ada)).to.equal(undefined);
  });
});
