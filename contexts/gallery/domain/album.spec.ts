import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { AlbumEvent, AlbumId } from './album-events.ts';
import { ALBUM_IMAGES_MAX, albumDecider, type AlbumCommand } from './album.ts';
import type { ImageId, Visibility } from './image-events.ts';

const albumId = 'album-1' as AlbumId;
const other = 'album-2' as AlbumId;
const ada = 'ada' as UserId;
const bob = 'bob' as UserId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const [a, b, c] = ['a', 'b', 'c'] as ImageId[] as [ImageId, ImageId, ImageId];

const details = { title: 'Cranes', description: '' };
const creation = (visibility: Visibility = 'private'): AlbumEvent => ({
  type: 'AlbumCreated',
  data: { albumId, owner: ada, ...details, visibility, createdAt: noon },
});
const addition = (imageIds: readonly ImageId[], movedFrom: AlbumId | null = null): AlbumEvent => ({
  type: 'AlbumImagesAdded',
  data: { albumId, imageIds, movedFrom },
});
const removal = (...imageIds: readonly ImageId[]): AlbumEvent => ({
  type: 'AlbumImagesRemoved',
  data: { albumId, imageIds },
});
const cover = (coverImageId: ImageId | null): AlbumEvent => ({
  type: 'AlbumCoverChosen',
  data: { albumId, coverImageId },
});
const deletion: AlbumEvent = { type: 'AlbumDeleted', data: { albumId, deletedAt: noon } };

const create = (by: UserId) =>
  ({ type: 'CreateAlbum', data: { albumId, by, ...details, visibility: 'private', at: noon } }) as const;
const add = (imageIds: readonly ImageId[], movedFrom: AlbumId | null = null, by = ada): AlbumCommand => ({
  type: 'AddImages',
  data: { albumId, by, imageIds, movedFrom },
});
const remove = (...imageIds: readonly ImageId[]): AlbumCommand => ({
  type: 'RemoveImages',
  data: { albumId, by: ada, imageIds },
});
const order = (...of: readonly ImageId[]): AlbumCommand => ({
  type: 'OrderImages',
  data: { albumId, by: ada, order: of },
});
const revise = (change: object, by = ada): AlbumCommand => ({ type: 'ReviseAlbum', data: { albumId, by, ...change } });
const destroy = (by = ada): AlbumCommand => ({ type: 'DeleteAlbum', data: { albumId, by, at: noon } });

const album = given(albumDecider);

describe('creating an album', () => {
  it('records it once', () => {
    album().when(create(ada)).then(creation());
    album(creation()).when(create(ada)).thenNothing();
  });
  it('rejects an id that is taken or was deleted', () => {
    album(creation()).when(create(bob)).thenRejected('album-not-found');
    album(creation(), deletion).when(create(ada)).thenRejected('album-deleted');
  });
});

describe('putting images into an album', () => {
  it('adds those that are not in it, each once', () => {
    album(creation(), addition([a]))
      .when(add([b, a, b, c]))
      .then(addition([b, c]));
  });
  it('does nothing when all are in it', () => {
    album(creation(), addition([a, b]))
      .when(add([b, a]))
      .thenNothing();
  });
  it('records where moved ones came from', () => {
    album(creation())
      .when(add([a], other))
      .then(addition([a], other));
  });
  it(`takes image ${String(ALBUM_IMAGES_MAX)} and rejects the next`, () => {
    const manyImageIds = Array.from(
      { length: ALBUM_IMAGES_MAX - 1 },
      (_, index) => `image-${String(index)}` as ImageId,
    );
    album(creation(), addition(manyImageIds))
      .when(add([a]))
      .then(addition([a]));
    album(creation(), addition([...manyImageIds, a]))
      .when(add([b]))
      .thenRejected('album-full');
  });
});

describe('taking images out of an album', () => {
  it('removes those that are in it', () => {
    album(creation(), addition([a, b, c]))
      .when(remove(c, a))
      .then(removal(a, c));
  });
  it('does nothing for images that are not in it', () => {
    album(creation(), addition([a]))
      .when(remove(b))
      .thenNothing();
  });
  it('leaves no cover that is not in the album', () => {
    album(creation(), addition([a, b]), cover(b), removal(b))
      .when(revise({ coverImageId: null }))
      .thenNothing();
    album(creation(), addition([a, b]), cover(a), removal(b))
      .when(revise({ coverImageId: a }))
      .thenNothing();
  });
});

describe('choosing the cover of an album', () => {
  it('accepts one of its images, and none', () => {
    album(creation(), addition([a]))
      .when(revise({ coverImageId: a }))
      .then(cover(a));
    album(creation(), addition([a]), cover(a))
      .when(revise({ coverImageId: null }))
      .then(cover(null));
  });
  it('rejects an image that is not in the album', () => {
    album(creation(), addition([a]))
      .when(revise({ coverImageId: b }))
      .thenRejected('cover-not-in-album');
  });
});

describe('putting the images of an album in order', () => {
  it('places named ones first and keeps the others behind', () => {
    album(creation(), addition([a, b, c]))
      .when(order(c))
      .then({ type: 'AlbumImagesOrdered', data: { albumId, order: [c, a, b] } });
  });
  it('does nothing when they are in that order', () => {
    album(creation(), addition([a, b, c]))
      .when(order(a, b))
      .thenNothing();
    album(creation(), addition([a, b, c]), { type: 'AlbumImagesOrdered', data: { albumId, order: [c, b, a] } })
      .when(order(c, b, a))
      .thenNothing();
  });
  it('rejects unknown and repeated images', () => {
    album(creation(), addition([a]))
      .when(order(b))
      .thenRejected('order-names-unknown-image');
    album(creation(), addition([a]))
      .when(order(a, a))
      .thenRejected('order-repeats-image');
  });
});

describe('revising an album', () => {
  it('records what changed', () => {
    album(creation())
      .when(revise({ title: 'Towers', visibility: 'public' }))
      .then(
        { type: 'AlbumDescribed', data: { albumId, title: 'Towers', description: '' } },
        { type: 'AlbumVisibilityChanged', data: { albumId, visibility: 'public' } },
      );
  });
  it('does nothing when all is so already', () => {
    album(creation())
      .when(revise({ ...details, visibility: 'private' }))
      .thenNothing();
  });
});

describe('changing somebody else’s album', () => {
  for (const command of [add([a], null, bob), revise({ title: 'Mine' }, bob), destroy(bob)]) {
    it(`rejects ${command.type} as unknown while it is private, and as not theirs otherwise`, () => {
      album(creation()).when(command).thenRejected('album-not-found');
      album(creation('public')).when(command).thenRejected('not-the-owner');
    });
  }
});

describe('deleting an album', () => {
  it('records it once', () => {
    album(creation()).when(destroy()).then(deletion);
    album(creation(), deletion).when(destroy()).thenNothing();
  });
  it('rejects every other command afterwards', () => {
    for (const command of [add([a]), remove(a), order(a), revise({ title: 'Towers' })])
      album(creation(), deletion).when(command).thenRejected('album-deleted');
  });
  it('rejects commands for an unknown album', () => {
    for (const command of [add([a]), destroy()]) album().when(command).thenRejected('album-not-found');
  });
  it('keeps its owner and nothing else', () => {
    const events = [creation(), addition([a]), deletion];
    const state = events.reduce(albumDecider.evolve, albumDecider.initial);
    expect(state).to.deep.equal({ status: 'deleted', owner: ada });
  });
});
