import { expect } from 'chai';
import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { coverOf, GALLERY_LINKS_MAX } from './gallery-links.ts';
import type { MocEvent, MocId } from './moc-events.ts';
import { mocDecider } from './moc.ts';

const mocId = 'moc-1' as MocId;
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const image = { kind: 'image', itemId: 'image-1' } as const;
/** An album with the id of the image is another item. */
const album = { kind: 'album', itemId: 'image-1' } as const;

const mocDrafted: MocEvent = {
  type: 'MocDrafted',
  data: { mocId, owner: ada, title: 'Crane', draftedAt: noon, description: '', theme: '', tags: [] },
};
const mocDeleted: MocEvent = { type: 'MocDeleted', data: { mocId, deletedAt: noon } };
const itemLinked = (isVerified = true, item: typeof image | typeof album = image): MocEvent => ({
  type: 'GalleryItemLinked',
  data: { mocId, ...item, verified: isVerified, linkedAt: noon },
});
const linkVerified: MocEvent = { type: 'GalleryLinkVerified', data: { mocId, ...image } };
const itemUnlinked = (because: 'owner' | 'gone'): MocEvent => ({
  type: 'GalleryItemUnlinked',
  data: { mocId, ...image, because },
});

const link = (isVerified = true, by = ada, item: { kind: 'image' | 'album'; itemId: string } = image) =>
  ({ type: 'LinkGalleryItem', data: { mocId, by, ...item, verified: isVerified, at: noon } }) as const;
const unlink = (by = ada) => ({ type: 'UnlinkGalleryItem', data: { mocId, by, ...image } }) as const;
const verify = { type: 'VerifyGalleryLink', data: { mocId, ...image } } as const;
const drop = { type: 'DropGalleryLink', data: { mocId, ...image } } as const;

const moc = given(mocDecider);

describe('linking an item of the gallery', () => {
  it('records it once, verified or not', () => {
    moc(mocDrafted).when(link()).then(itemLinked());
    moc(mocDrafted).when(link(false)).then(itemLinked(false));
    moc(mocDrafted, itemLinked()).when(link()).thenNothing();
    moc(mocDrafted, itemLinked()).when(link(false)).thenNothing();
  });
  it('verifies an unverified link when it is made again', () => {
    moc(mocDrafted, itemLinked(false)).when(link()).then(linkVerified);
    moc(mocDrafted, itemLinked(false)).when(link(false)).thenNothing();
  });
  it('keeps an image and an album of one id apart', () => {
    moc(mocDrafted, itemLinked())
      .when(link(true, ada, album))
      .then(itemLinked(true, album));
  });
  it(`rejects link ${String(GALLERY_LINKS_MAX + 1)}`, () => {
    const linkEvents = Array.from({ length: GALLERY_LINKS_MAX }, (_, at): MocEvent => ({
      type: 'GalleryItemLinked',
      data: { mocId, kind: 'image', itemId: `image-${String(at)}`, verified: true, linkedAt: noon },
    }));
    const lastItem = { kind: 'image', itemId: 'one more' } as const;
    moc(mocDrafted, ...linkEvents.slice(1))
      .when(link(true, ada, lastItem))
      .then({
        type: 'GalleryItemLinked',
        data: { mocId, ...lastItem, verified: true, linkedAt: noon },
      });
    moc(mocDrafted, ...linkEvents)
      .when(link(true, ada, lastItem))
      .thenRejected('too-many-gallery-links');
  });
  it('rejects other users and deleted MOCs', () => {
    moc(mocDrafted).when(link(true, bob)).thenRejected('moc-not-found');
    moc(mocDrafted, itemLinked()).when(unlink(bob)).thenRejected('moc-not-found');
    moc(mocDrafted, mocDeleted).when(link()).thenRejected('moc-deleted');
  });
});

describe('ending a link to the gallery', () => {
  it('records that the owner removed it, once', () => {
    moc(mocDrafted, itemLinked()).when(unlink()).then(itemUnlinked('owner'));
    moc(mocDrafted, itemLinked(), itemUnlinked('owner')).when(unlink()).thenNothing();
  });
  it('records that its item is gone, once', () => {
    moc(mocDrafted, itemLinked()).when(drop).then(itemUnlinked('gone'));
    moc(mocDrafted).when(drop).thenNothing();
  });
  it('does nothing to a MOC that is deleted or was never drafted', () => {
    for (const command of [drop, verify]) {
      moc(mocDrafted, itemLinked(false), mocDeleted).when(command).thenNothing();
      moc().when(command).thenNothing();
    }
  });
});

describe('choosing the cover', () => {
  const other = { kind: 'image', itemId: 'image-2' } as const;
  const choose = (imageId: string | null = image.itemId, by = ada) =>
    ({ type: 'ChooseCover', data: { mocId, by, imageId } }) as const;
  const coverChosen = (imageId: string | null = image.itemId): MocEvent => ({
    type: 'CoverChosen',
    data: { mocId, imageId },
  });
  const otherLinked: MocEvent = {
    type: 'GalleryItemLinked',
    data: { mocId, ...other, verified: true, linkedAt: noon },
  };
  const coverAfter = (...events: readonly MocEvent[]) => {
    const state = events.reduce(mocDecider.evolve, mocDecider.initial);
    return 'galleryLinks' in state ? coverOf(state.galleryLinks) : undefined;
  };

  it('is recorded once for a linked image, and ended once', () => {
    moc(mocDrafted, itemLinked()).when(choose()).then(coverChosen());
    moc(mocDrafted, itemLinked(), coverChosen()).when(choose()).thenNothing();
    moc(mocDrafted, itemLinked(), coverChosen()).when(choose(null)).then(coverChosen(null));
    moc(mocDrafted, itemLinked()).when(choose(null)).thenNothing();
  });
  it('rejects what is not linked, an album, other users and deleted MOCs', () => {
    moc(mocDrafted).when(choose()).thenRejected('cover-not-linked');
    moc(mocDrafted, itemLinked(true, album)).when(choose()).thenRejected('cover-not-linked');
    moc(mocDrafted, itemLinked()).when(choose(image.itemId, bob)).thenRejected('moc-not-found');
    moc(mocDrafted, itemLinked(), mocDeleted).when(choose()).thenRejected('moc-deleted');
  });
  it('leaves the first image as the cover unless one is chosen, and when the chosen one is gone', () => {
    expect(coverAfter(mocDrafted, itemLinked(true, album))).to.equal(null);
    expect(coverAfter(mocDrafted, itemLinked(), otherLinked)).to.equal(image.itemId);
    const events = [mocDrafted, itemLinked(), otherLinked, coverChosen(other.itemId), linkVerified];
    expect(coverAfter(...events)).to.equal(other.itemId);
    expect(coverAfter(...events, coverChosen(null))).to.equal(image.itemId);
    const otherUnlinked: MocEvent = { type: 'GalleryItemUnlinked', data: { mocId, ...other, because: 'gone' } };
    expect(coverAfter(...events, otherUnlinked)).to.equal(image.itemId);
    expect(coverAfter(...events, otherUnlinked, otherLinked)).to.equal(image.itemId);
  });
});

describe('verifying a link to the gallery', () => {
  it('is recorded once, and not for a link that has ended', () => {
    moc(mocDrafted, itemLinked(false)).when(verify).then(linkVerified);
    moc(mocDrafted, itemLinked(false), linkVerified).when(verify).thenNothing();
    moc(mocDrafted, itemLinked(false), itemUnlinked('owner')).when(verify).thenNothing();
  });
});
