import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { ContentKey, FileDiscarded, FileId, FileStored, UploadAbandoned } from './file-events.ts';
import { fileDecider, type AbandonUpload, type DiscardFile, type StoreFile } from './file.ts';

const fileId = 'file-1' as FileId;
const firstTry = 'file-1/a' as ContentKey;
const secondTry = 'file-1/b' as ContentKey;
const noon = '2026-01-01T12:00:00Z' as Instant;
const later = '2026-01-02T12:00:00Z' as Instant;

const list: FileStored['data'] = {
  fileId,
  owner: 'ada' as UserId,
  purpose: 'parts-list',
  name: 'crane.xml',
  sha256: 'a'.repeat(64),
  size: 783_000,
  mediaType: 'application/xml',
  key: firstTry,
  storedAt: noon,
};

const stored: FileStored = { type: 'FileStored', data: list };
const abandoned: UploadAbandoned = { type: 'UploadAbandoned', data: { fileId, key: firstTry, abandonedAt: noon } };
const discarded: FileDiscarded = { type: 'FileDiscarded', data: { fileId, discardedAt: noon } };

const store = (change: Partial<StoreFile['data']> = {}): StoreFile => ({
  type: 'StoreFile',
  data: { ...list, infectedWith: null, ...change },
});
const abandon = (key = firstTry): AbandonUpload => ({ type: 'AbandonUpload', data: { fileId, key, at: noon } });
const discard = (at = noon): DiscardFile => ({ type: 'DiscardFile', data: { fileId, at } });

const file = given(fileDecider);

describe('storing a file', () => {
  it('records what arrived', () => {
    file().when(store()).then(stored);
  });

  it('changes nothing the second time, whatever the name and the attempt', () => {
    file(stored).when(store()).thenNothing();
    file(stored)
      .when(store({ key: secondTry, name: 'copy of crane.xml', storedAt: later }))
      .thenNothing();
  });

  it('is refused when the id names other content, another owner or another use', () => {
    file(stored)
      .when(store({ sha256: 'b'.repeat(64) }))
      .thenRejected('file-id-taken');
    file(stored)
      .when(store({ owner: 'bob' as UserId }))
      .thenRejected('file-id-taken');
    file(stored)
      .when(store({ purpose: 'instruction', mediaType: 'application/zip' }))
      .thenRejected('file-id-taken');
  });

  it('knows what was sent once and kept as something else', () => {
    const kept: FileStored = { type: 'FileStored', data: { ...list, sha256: 'c'.repeat(64), sentSha256: list.sha256 } };
    file(kept).when(store()).thenNothing();
    file(kept)
      .when(store({ sha256: 'd'.repeat(64), sentSha256: list.sha256 }))
      .thenNothing();
    file(kept)
      .when(store({ sha256: 'c'.repeat(64) }))
      .thenRejected('file-id-taken');
  });

  it('is refused when nothing arrived', () => {
    file()
      .when(store({ size: 0 }))
      .thenRejected('empty-file');
  });

  it('is refused beyond the size for its purpose', () => {
    const mebibyte = 1024 * 1024;
    file()
      .when(store({ size: 100 * mebibyte }))
      .then({ type: 'FileStored', data: { ...list, size: 100 * mebibyte } });
    file()
      .when(store({ size: 100 * mebibyte + 1 }))
      .thenRejected('file-too-large');
    file()
      .when(store({ purpose: 'thumbnail', mediaType: 'image/png', size: 20 * mebibyte + 1 }))
      .thenRejected('file-too-large');
  });

  it('is refused when the content is of a kind that does not serve the purpose', () => {
    file()
      .when(store({ mediaType: 'text/html' }))
      .thenRejected('media-type-refused');
    file()
      .when(store({ mediaType: 'application/pdf' }))
      .thenRejected('media-type-refused');
    file()
      .when(store({ purpose: 'gallery-image', mediaType: 'image/svg+xml' }))
      .thenRejected('media-type-refused');
  });

  it('is refused when it is infected', () => {
    file()
      .when(store({ infectedWith: 'Eicar-Test-Signature' }))
      .thenRejected('infected');
  });

  it('is refused once the file was discarded, even before it came', () => {
    file(discarded).when(store()).thenRejected('file-discarded');
    file(stored, discarded).when(store()).thenRejected('file-discarded');
  });
});

describe('giving an upload up', () => {
  it('shuts out the recording that comes too late', () => {
    file().when(abandon()).then(abandoned);
    file(abandoned).when(store()).thenRejected('upload-abandoned');
  });

  it('leaves the id to another attempt', () => {
    file(abandoned)
      .when(store({ key: secondTry }))
      .then({ type: 'FileStored', data: { ...list, key: secondTry } });
  });

  it('is refused for the bytes that were recorded', () => {
    file(stored).when(abandon()).thenRejected('upload-recorded');
  });

  it('needs no saying where no attempt can win any more', () => {
    file(stored).when(abandon(secondTry)).thenNothing();
    file(discarded).when(abandon()).thenNothing();
    file(abandoned).when(abandon()).thenNothing();
  });
});

describe('discarding a file', () => {
  it('ends a stored file', () => {
    file(stored).when(discard()).then(discarded);
  });

  it('keeps out a file that has not come', () => {
    file().when(discard()).then(discarded);
  });

  it('changes nothing the second time', () => {
    file(stored, discarded).when(discard(later)).thenNothing();
  });
});
