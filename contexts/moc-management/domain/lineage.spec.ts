import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { DEFAULT_LICENCE, LICENCES, permitsDerivatives, type Licence } from './licence.ts';
import { boundLicence, creditsFor, CREDITS_MAX, type Credit, type ParentVersion } from './lineage.ts';
import type { MocEvent, MocId } from './moc-events.ts';
import { mocDecider, type LivingMoc } from './moc.ts';

const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const [crane, fork] = ['crane', 'fork'] as MocId[] as [MocId, MocId];
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const details = { description: '', theme: '', tags: [] };
const parent: ParentVersion = { mocId: crane, version: 1, relation: 'fork' };
const credit = (licence: Licence, change: Partial<Credit> = {}): Credit => ({
  ...{ ...parent, title: 'Crane', owner: ada, licence },
  ...change,
});

const publishedUnder = (licence: Licence | undefined, lineage: readonly Credit[] = []): LivingMoc => {
  const description = { ...details, ...(licence === undefined ? {} : { licence }) };
  const events: readonly MocEvent[] = [
    {
      type: 'MocDrafted',
      data: { mocId: crane, owner: ada, title: 'Crane', draftedAt: noon, ...description, lineage },
    },
    { type: 'VersionPublished', data: { mocId: crane, version: 1, publishedAt: noon } },
    { type: 'MocRetitled', data: { mocId: crane, title: 'Steam crane' } },
  ];
  return events.reduce(mocDecider.evolve, mocDecider.initial) as LivingMoc;
};

describe('making a MOC of a version', () => {
  it('credits the version as it was published, then those that it was made of', () => {
    const first = credit('cc0-1.0', { mocId: 'first' as MocId });
    expect(creditsFor(parent, publishedUnder('cc-by-4.0', [first]), bob)).to.deep.equal([credit('cc-by-4.0'), first]);
    const long = Array.from({ length: CREDITS_MAX }, () => first);
    expect(creditsFor(parent, publishedUnder('cc-by-4.0', long), bob)).to.have.length(CREDITS_MAX);
  });

  it('is permitted to others by its licence only, and to its owner always', () => {
    for (const licence of [undefined, ...LICENCES]) {
      const isPermitted = permitsDerivatives(licence ?? DEFAULT_LICENCE);
      const credits = creditsFor(parent, publishedUnder(licence), bob);
      if (isPermitted) expect(credits, licence).to.have.length(1);
      else expect(credits, licence).to.include({ rejected: 'licence-forbids-derivatives' });
      expect(creditsFor(parent, publishedUnder(licence), ada), licence).to.have.length(1);
    }
    expect(LICENCES.filter(permitsDerivatives)).to.have.length(5);
  });

  it('needs a version that is there', () => {
    const missing = { rejected: 'parent-not-found' };
    expect(creditsFor({ ...parent, version: 2 }, publishedUnder('cc0-1.0'), bob)).to.include(missing);
    expect(creditsFor(parent, undefined, bob)).to.include(missing);
  });
});

describe('a MOC that is made of another', () => {
  const draft = (lineage: readonly Credit[], licence?: Licence, by = bob) =>
    ({
      type: 'DraftMoc',
      data: {
        ...{ mocId: fork, by, at: noon, title: 'Fork', files: [], partsLists: [], ...details, lineage },
        ...(licence === undefined ? {} : { licence }),
      },
    }) as const;
  const mocDrafted = (lineage: readonly Credit[], licence?: Licence, owner = bob): MocEvent => {
    const description = { ...details, ...(licence === undefined ? {} : { licence }) };
    return {
      type: 'MocDrafted',
      data: { mocId: fork, owner, title: 'Fork', draftedAt: noon, ...description, lineage },
    };
  };
  const moc = given(mocDecider);
  const shareAlikeLineage = [credit('cc-by-sa-4.0')];

  it('records its credits, and comes under a licence that has to be shared', () => {
    moc()
      .when(draft([credit('cc-by-4.0')]))
      .then(mocDrafted([credit('cc-by-4.0')]));
    moc().when(draft(shareAlikeLineage)).then(mocDrafted(shareAlikeLineage, 'cc-by-sa-4.0'));
    moc().when(draft(shareAlikeLineage, 'cc-by-sa-4.0')).then(mocDrafted(shareAlikeLineage, 'cc-by-sa-4.0'));
  });

  it('cannot have another licence than one that has to be shared, at first or later', () => {
    moc().when(draft(shareAlikeLineage, 'cc0-1.0')).thenRejected('licence-bound');
    moc(mocDrafted(shareAlikeLineage, 'cc-by-sa-4.0'))
      .when({ type: 'ReviseMoc', data: { mocId: fork, by: bob, licence: 'cc0-1.0' } })
      .thenRejected('licence-bound');
  });

  it('may have any licence when it is made of the owner’s own', () => {
    expect(boundLicence(ada, shareAlikeLineage)).to.equal(undefined);
    moc()
      .when(draft(shareAlikeLineage, 'cc0-1.0', ada))
      .then(mocDrafted(shareAlikeLineage, 'cc0-1.0', ada));
  });
});
