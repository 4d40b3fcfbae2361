import { expect } from 'chai';
import type { MocRow } from '../../application/moc-row.ts';
import type { PartsCount } from '../../domain/moc-events.ts';
import type { PartsList } from '../../domain/parts-lists.ts';
import { mocReplyOf } from './moc-reply.ts';

const list = { partsListId: 'list', title: 'Bricks', fileId: 'file', jobId: 'job' };
const count: PartsCount = { lots: 3, pieces: 12, unknownParts: 0, unknownColours: 1 };

/** The only parts list of a MOC, in the form of the API. */
const listOf = (progress: object) => {
  const row: MocRow = {
    owner: 'ada',
    title: 'Crane',
    description: '',
    theme: '',
    tags: [],
    ...{ type: 'moc', subtheme: '', author: '', set_details: null, licence: 'all-rights-reserved', lineage: [] },
    ...{ version: 0, version_published_at: null, published: null, frozen_files: [], frozen_jobs: [] },
    status: 'draft',
    total_pieces: 0,
    parts_lists: [{ ...list, ...progress } as PartsList],
    files: [],
    gallery_links: [],
    ...{ withdrawn_files: [], successor: null },
    created_at: '2026-01-01T12:00:00.000Z',
    published_at: null,
  };
  return mocReplyOf('moc', 1n, row).partsLists[0];
};

describe('mocReplyOf', () => {
  it('shows how many lots of a counted list have problems', () => {
    expect(listOf({ status: 'counted', count: { ...count, problemLots: 2 } })).to.include({
      pieces: 12,
      problemLots: 2,
    });
  });

  it('shows a list with none of its one lot counted as one lot with a problem', () => {
    const problemCount = { lots: 1, pieces: 0, unknownParts: 0, unknownColours: 0, problemLots: 1 };
    expect(listOf({ status: 'counted', count: problemCount })).to.include({ status: 'counted', ...problemCount });
  });

  it('shows no lots with problems for a count from before they were counted', () => {
    expect(listOf({ status: 'counted', count })).to.include({ pieces: 12, problemLots: 0 });
  });

  it('shows null lots with problems for a list that is not counted', () => {
    expect(listOf({ status: 'processing' })).to.include({ pieces: null, problemLots: null });
  });
});
