import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ImageDetails, ImageEvent, ImageFile, ImageId, Visibility } from './image-events.ts';
import { imageDecider } from './image.ts';

const imageId = 'image-1' as ImageId;
const ada = 'ada' as UserId;
const bob = 'bob' as UserId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const later = '2026-01-02T12:00:00.000Z' as Instant;

const details: ImageDetails = { title: 'Crane', description: '', tags: ['crane'], altText: '', licence: 'cc-by-4.0' };
const file: ImageFile = { name: 'crane.webp', mediaType: 'image/webp', sizeBytes: 10, sha256: 'ab' };

const begun: ImageEvent = { type: 'ImageUploadBegun', data: { imageId, owner: ada, begunAt: noon } };
const abandoned: ImageEvent = { type: 'ImageUploadAbandoned', data: { imageId, abandonedAt: later } };
const uploaded = (visibility: Visibility = 'private'): ImageEvent => ({
  type: 'ImageUploaded',
  data: { imageId, owner: ada, file, ...details, visibility, uploadedAt: noon },
});
const deleted: ImageEvent = { type: 'ImageDeleted', data: { imageId, deletedAt: later } };

const begin = (by: UserId) => ({ type: 'BeginUpload', data: { imageId, by, at: noon } }) as const;
const complete = (by: UserId, said = details) =>
  ({ type: 'CompleteUpload', data: { imageId, by, file, details: said, visibility: 'private', at: noon } }) as const;
const abandon = { type: 'AbandonUpload', data: { imageId, at: later } } as const;
const revise = (by: UserId, change: Partial<ImageDetails>, visibility?: Visibility) =>
  ({ type: 'ReviseImage', data: { imageId, by, details: change, ...(visibility && { visibility }) } }) as const;
const remove = (by: UserId) => ({ type: 'DeleteImage', data: { imageId, by, at: later } }) as const;

const image = given(imageDecider);

describe('uploading an image', () => {
  it('records that it begins', () => {
    image().when(begin(ada)).then(begun);
  });
  it('begins once, also when the upload is complete', () => {
    image(begun).when(begin(ada)).thenNothing();
    image(begun, uploaded()).when(begin(ada)).thenNothing();
  });
  it('rejects the id of somebody else’s image', () => {
    image(begun).when(begin(bob)).thenRejected('image-not-found');
    image(begun).when(complete(bob)).thenRejected('image-not-found');
  });
  it('records the image once its file is stored', () => {
    image(begun).when(complete(ada)).then(uploaded());
  });
  it('does nothing when the same is said again', () => {
    image(begun, uploaded()).when(complete(ada)).thenNothing();
  });
  it('does nothing for a repetition after the owner said something else', () => {
    image(begun, uploaded(), { type: 'ImageDescribed', data: { imageId, ...details, title: 'Tower' } })
      .when(complete(ada))
      .thenNothing();
  });
  it('rejects a repetition that says something else', () => {
    image(begun, uploaded())
      .when(complete(ada, { ...details, tags: ['tower'] }))
      .thenRejected('idempotency-key-reused');
  });
  it('rejects an image that was never begun', () => {
    image().when(complete(ada)).thenRejected('image-not-found');
  });
});

describe('abandoning an upload', () => {
  it('records it while the upload is open', () => {
    image(begun).when(abandon).then(abandoned);
  });
  it('does nothing to a complete, abandoned or unknown upload', () => {
    image().when(abandon).thenNothing();
    image(begun, uploaded()).when(abandon).thenNothing();
    image(begun, abandoned).when(abandon).thenNothing();
  });
  it('rejects whatever comes for the upload afterwards', () => {
    image(begun, abandoned).when(begin(ada)).thenRejected('upload-abandoned');
    image(begun, abandoned).when(complete(ada)).thenRejected('upload-abandoned');
  });
});

describe('revising an image', () => {
  it('changes what is named and keeps the rest', () => {
    image(begun, uploaded())
      .when(revise(ada, { title: 'Tower' }))
      .then({ type: 'ImageDescribed', data: { imageId, ...details, title: 'Tower' } });
  });
  it('changes who sees it', () => {
    image(begun, uploaded())
      .when(revise(ada, {}, 'public'))
      .then({ type: 'ImageVisibilityChanged', data: { imageId, visibility: 'public' } });
  });
  it('does nothing when all is so already', () => {
    image(begun, uploaded())
      .when(revise(ada, { ...details }, 'private'))
      .thenNothing();
  });
  it('rejects another user: a private image does not exist for them, any other is not theirs', () => {
    image(begun, uploaded())
      .when(revise(bob, { title: 'Mine' }))
      .thenRejected('image-not-found');
    for (const visibility of ['unlisted', 'public'] as const)
      image(begun, uploaded(visibility))
        .when(revise(bob, { title: 'Mine' }))
        .thenRejected('not-the-owner');
  });
  it('rejects an upload that is open, and a deleted image', () => {
    image(begun)
      .when(revise(ada, { title: 'Tower' }))
      .thenRejected('image-not-found');
    image(begun, uploaded(), deleted)
      .when(revise(ada, { title: 'Tower' }))
      .thenRejected('image-deleted');
  });
});

describe('deleting an image', () => {
  it('records it once', () => {
    image(begun, uploaded()).when(remove(ada)).then(deleted);
    image(begun, uploaded(), deleted).when(remove(ada)).thenNothing();
  });
  it('rejects another user', () => {
    image(begun, uploaded('public')).when(remove(bob)).thenRejected('not-the-owner');
    image(begun, uploaded(), deleted).when(remove(bob)).thenRejected('image-not-found');
  });
  it('rejects an upload under the id of a deleted image', () => {
    image(begun, uploaded(), deleted).when(begin(ada)).thenRejected('image-deleted');
    image(begun, uploaded(), deleted).when(complete(ada)).thenRejected('image-deleted');
  });
});
