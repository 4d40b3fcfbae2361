import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import type { MocPayload } from '@lego-moc/moc-management/contracts/integration-events';
import { isFault, parseQuery, type Query } from '../domain/query.ts';
import { parseSynonyms } from '../domain/synonyms.ts';

type LivingMoc = Exclude<MocPayload, { status: 'deleted' }>;

/** The query that a text is; throws when it is none. */
export const queryOf = (text: string): Query => {
  const query = parseQuery(text, parseSynonyms('sw, star wars\ndozer, bulldozer'));
  if (isFault(query)) throw new Error(query.fault);
  return query;
};

export const ada = 'ada' as UserId;
export const bob = 'bob' as UserId;

/** A published MOC of ada's. */
export const moc = (change: Partial<LivingMoc> = {}): LivingMoc => ({
  status: 'published',
  mocId: newId(),
  owner: ada,
  title: 'Clockwork crane',
  description: '',
  theme: '',
  tags: [],
  totalPieces: 0,
  partsLists: [],
  files: [],
  createdAt: '2026-01-01T12:00:00.000Z',
  publishedAt: '2026-01-02T12:00:00.000Z',
  changed: [],
  ...change,
});

/** A public image of ada's. */
export const image = (title: string, change: object = {}) => ({
  ...{
    kind: 'image' as const,
    status: 'stored' as const,
    imageId: newId(),
    owner: ada,
    visibility: 'public' as const,
  },
  ...{ hidden: false, licence: 'cc0-1.0' as const, mediaType: 'image/webp', sizeBytes: 1 },
  ...{ uploadedAt: '2026-03-01T12:00:00.000Z', texts: { title, description: 'At dawn', tags: ['Sea'] } },
  ...change,
});

/** A user with a public profile. */
export const builder = (userId: string, displayName: string, change: object = {}) => ({
  ...{ status: 'active' as const, userId, avatarId: null, createdAt: '2026-01-05T12:00:00.000Z', changed: [] },
  profile: {
    ...{ userId, displayName, bio: '', location: 'Billund', website: '', avatar: null },
    ...{ createdAt: '2026-01-05T12:00:00.000Z', ...change },
  },
});

/** A part of the catalogue. */
export const part = (number: string, name: string, category: string | null = 'Bricks') => ({
  ...{ kind: 'part' as const, number, name, category },
});

/** A set of the catalogue. */
export const catalogueSet = (number: string, name: string, change: object = {}) => ({
  ...{ kind: 'set' as const, number, name, theme: 'Icons', subthemes: ['Modular'], year: 2017, pieces: 4002 },
  ...change,
});

/** A public album of ada's. */
export const album = (title: string, change: object = {}) => ({
  ...{ kind: 'album' as const, status: 'standing' as const, albumId: newId(), owner: ada, imageIds: [newId()] },
  ...{ visibility: 'public' as const, coverImageId: newId(), createdAt: '2026-03-02T12:00:00.000Z' },
  ...{ texts: { title, description: '' }, ...change },
});
