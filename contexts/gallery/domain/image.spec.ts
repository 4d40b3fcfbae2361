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

const beginning: ImageEvent = { type: 'ImageUploadBegun', data: { imageId, owner: ada, begunAt: noon } };
const abandonment: ImageEvent = { type: 'ImageUploadAbandoned', data: { imageId, abandonedAt: later } };
const upload = (visibility: Visibility = 'private'): ImageEvent => ({
  type: 'ImageUploaded',
  data: { imageId, owner: ada, file, ...details, visibility, uploadedAt: noon },
});
const deletion: ImageEvent = { type: 'ImageDeleted', data: { imageId, deletedAt: later } };

const begin = (by: UserId) => ({ type: 'BeginUpload', data: { imageId, by, at: noon } }) as const;
const complete = (by: UserId, newDetails = details) =>
  ({
    type: 'CompleteUpload',
    data: { imageId, by, file, details: newDetails, visibility: 'private', at: noon },
  }) as const;
const abandon = { type: 'AbandonUpload', data: { imageId, at: later } } as const;
const revise = (by: UserId, change: Partial<ImageDetails>, visibility?: Visibility) =>
  ({ type: 'ReviseImage', data: { imageId, by, details: change, ...(visibility && { visibility }) } }) as const;
const remove = (by: UserId) => ({ type: 'DeleteImage', data: { imageId, by, at: later } }) as const;

const image = given(imageDecider);

describe('uploading an image', () => {
  it('records that it begins', () => {
    image().when(begin(ada)).then(beginning);
  });
  it('begins once, also when the upload is complete', () => {
    image(beginning).when(begin(ada)).thenNothing();
    image(beginning, upload()).when(begin(ada)).thenNothing();
  });
  it('rejects the id of somebody else’s image', () => {
    image(beginning).when(begin(bob)).thenRejected('image-not-found');
    image(beginning).when(complete(bob)).thenRejected('image-not-found');
  });
  it('records the image once its file is stored', () => {
    image(beginning).when(complete(ada)).then(upload());
  });
  it('does nothing when the same is said again', () => {
    image(beginning, upload()).when(complete(ada)).thenNothing();
  });
  it('does nothing for a repetition after the owner said something else', () => {
    image(beginning, upload(), { type: 'ImageDescribed', data: { imageId, ...details, title: 'Tower' } })
      .when(complete(ada))
      .thenNothing();
  });
  it('rejects a repetition that says something else', () => {
    image(beginning, upload())
      .when(complete(ada, { ...details, tags: ['tower'] }))
      .thenRejected('idempotency-key-reused');
  });
  it('rejects an image that was never begun', () => {
    image().when(complete(ada)).thenRejected('image-not-found');
  });
});

describe('abandoning an upload', () => {
  it('records it while the upload is open', () => {
    image(beginning).when(abandon).then(abandonment);
  });
  it('does nothing to a complete, abandoned or unknown upload', () => {
    image().when(abandon).thenNothing();
    image(beginning, upload()).when(abandon).thenNothing();
    image(beginning, abandonment).when(abandon).thenNothing();
  });
  it('rejects whatever comes for the upload afterwards', () => {
    image(beginning, abandonment).when(begin(ada)).thenRejected('upload-abandoned');
    image(beginning, abandonment).when(complete(ada)).thenRejected('upload-abandoned');
  });
});

describe('revising an image', () => {
  it('changes what is named and keeps the rest', () => {
    image(beginning, upload())
      .when(revise(ada, { title: 'Tower' }))
      .then({ type: 'ImageDescribed', data: { imageId, ...details, title: 'Tower' } });
  });
  it('changes who sees it', () => {
    image(beginning, upload())
      .when(revise(ada, {}, 'public'))
      .then({ type: 'ImageVisibilityChanged', data: { imageId, visibility: 'public' } });
  });
  it('does nothing when all is so already', () => {
    image(beginning, upload())
      .when(revise(ada, { ...details }, 'private'))
      .thenNothing();
  });
  it('rejects another user: a private image does not exist for them, any other is not theirs', () => {
    image(beginning, upload())
      .when(revise(bob, { title: 'Mine' }))
      .thenRejected('image-not-found');
    for (const visibility of ['unlisted', 'public'] as const)
      image(beginning, upload(visibility))
        .when(revise(bob, { title: 'Mine' }))
        .thenRejected('not-the-owner');
  });
  it('rejects an upload that is open, and a deleted image', () => {
    image(beginning)
      .when(revise(ada, { title: 'Tower' }))
      .thenRejected('image-not-found');
    image(beginning, upload(), deletion)
      .when(revise(ada, { title: 'Tower' }))
      .thenRejected('image-deleted');
  });
});

describe('deleting an image', () => {
  it('records it once', () => {
    image(beginning, upload()).when(remove(ada)).then(deletion);
    image(beginning, upload(), deletion).when(remove(ada)).thenNothing();
  });
  it('rejects another user', () => {
    image(beginning, upload('public')).when(remove(bob)).thenRejected('not-the-owner');
    image(beginning, upload(), deletion).when(remove(bob)).thenRejected('image-not-found');
  });
  it('rejects an upload under the id of a deleted image', () => {
    image(beginning, upload(), deletion).when(begin(ada)).thenRejected('image-deleted');
    image(beginning, upload(), deletion).when(complete(ada)).thenRejected('image-deleted');
  });
});
