import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { GALLERY_LINKS_MAX } from './gallery-links.ts';
import type { MocEvent, MocId } from './moc-events.ts';
import { mocDecider } from './moc.ts';

const mocId = 'moc-1' as MocId;
const [ada, bob] = ['ada', 'bob'] as UserId[] as [UserId, UserId];
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const image = { kind: 'image', itemId: 'image-1' } as const;
/** An album with the id of the image is another item. */
const album = { kind: 'album', itemId: 'image-1' } as const;

const drafted: MocEvent = {
  type: 'MocDrafted',
  data: { mocId, owner: ada, title: 'Crane', draftedAt: noon, description: '', theme: '', tags: [] },
};
const deleted: MocEvent = { type: 'MocDeleted', data: { mocId, deletedAt: noon } };
const linked = (verified = true, item: typeof image | typeof album = image): MocEvent => ({
  type: 'GalleryItemLinked',
  data: { mocId, ...item, verified, linkedAt: noon },
});
const verified: MocEvent = { type: 'GalleryLinkVerified', data: { mocId, ...image } };
const unlinked = (because: 'owner' | 'gone'): MocEvent => ({
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
    moc(drafted).when(link()).then(linked());
    moc(drafted).when(link(false)).then(linked(false));
    moc(drafted, linked()).when(link()).thenNothing();
    moc(drafted, linked()).when(link(false)).thenNothing();
  });
  it('verifies an unverified link when it is made again', () => {
    moc(drafted, linked(false)).when(link()).then(verified);
    moc(drafted, linked(false)).when(link(false)).thenNothing();
  });
  it('keeps an image and an album of one id apart', () => {
    moc(drafted, linked())
      .when(link(true, ada, album))
      .then(linked(true, album));
  });
  it(`rejects link ${String(GALLERY_LINKS_MAX + 1)}`, () => {
    const many = Array.from({ length: GALLERY_LINKS_MAX }, (_, at): MocEvent => ({
      type: 'GalleryItemLinked',
      data: { mocId, kind: 'image', itemId: `image-${String(at)}`, verified: true, linkedAt: noon },
    }));
    const one = { kind: 'image', itemId: 'one more' } as const;
    moc(drafted, ...many.slice(1))
      .when(link(true, ada, one))
      .then({
        type: 'GalleryItemLinked',
        data: { mocId, ...one, verified: true, linkedAt: noon },
      });
    moc(drafted, ...many)
      .when(link(true, ada, one))
      .thenRejected('too-many-gallery-links');
  });
  it('rejects other users and deleted MOCs', () => {
    moc(drafted).when(link(true, bob)).thenRejected('moc-not-found');
    moc(drafted, linked()).when(unlink(bob)).thenRejected('moc-not-found');
    moc(drafted, deleted).when(link()).thenRejected('moc-deleted');
  });
});

describe('ending a link to the gallery', () => {
  it('records that the owner removed it, once', () => {
    moc(drafted, linked()).when(unlink()).then(unlinked('owner'));
    moc(drafted, linked(), unlinked('owner')).when(unlink()).thenNothing();
  });
  it('records that its item is gone, once', () => {
    moc(drafted, linked()).when(drop).then(unlinked('gone'));
    moc(drafted).when(drop).thenNothing();
  });
  it('does nothing to a MOC that is deleted or was never drafted', () => {
    for (const command of [drop, verify]) {
      moc(drafted, linked(false), deleted).when(command).thenNothing();
      moc().when(command).thenNothing();
    }
  });
});

describe('verifying a link to the gallery', () => {
  it('is recorded once, and not for a link that has ended', () => {
    moc(drafted, linked(false)).when(verify).then(verified);
    moc(drafted, linked(false), verified).when(verify).thenNothing();
    moc(drafted, linked(false), unlinked('owner')).when(verify).thenNothing();
  });
});
