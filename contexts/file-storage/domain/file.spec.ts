import { given } from '@lego-moc/testing/given';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type {
  ContentKey,
  FileDiscarded,
  FileEvent,
  FileId,
  FileStored,
  ProcessedImage,
  UploadAbandoned,
  UploadOffered,
} from './file-events.ts';
import {
  fileDecider,
  type AbandonUpload,
  type DiscardFile,
  type ExpireOffer,
  type OfferUpload,
  type RecordProcessing,
  type StoreFile,
  type WithdrawFile,
} from './file.ts';

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

const fileStored: FileStored = { type: 'FileStored', data: list };
const uploadAbandoned: UploadAbandoned = {
  type: 'UploadAbandoned',
  data: { fileId, key: firstTry, abandonedAt: noon },
};
const fileDiscarded: FileDiscarded = { type: 'FileDiscarded', data: { fileId, discardedAt: noon } };

const store = (change: Partial<StoreFile['data']> = {}): StoreFile => ({
  type: 'StoreFile',
  data: { ...list, infectedWith: null, ...change },
});
const abandon = (key = firstTry): AbandonUpload => ({ type: 'AbandonUpload', data: { fileId, key, at: noon } });
const discard = (at = noon): DiscardFile => ({ type: 'DiscardFile', data: { fileId, at } });

const file = given(fileDecider);

const image: ProcessedImage = {
  width: 40,
  height: 80,
  blurhash: 'LEHV6nWB2yk8pyo0adR*.7kCMdnj',
  dominantColour: '#c91a09',
  renditions: [{ side: 200, width: 200, height: 200, size: 900, key: 'file-1/rendition-200' as ContentKey }],
};
const about = { fileId, owner: list.owner, purpose: list.purpose };
const fileProcessed: FileEvent = { type: 'FileProcessed', data: { ...about, image, processedAt: noon } };
const processingFailed: FileEvent = { type: 'FileProcessingFailed', data: { ...about, failedAt: noon } };
const record = (result: ProcessedImage | null): RecordProcessing => ({
  type: 'RecordProcessing',
  data: { fileId, image: result, at: noon },
});

describe('recording the renditions of a file', () => {
  it('says what was made, or that it could not be', () => {
    file(fileStored).when(record(image)).then(fileProcessed);
    file(fileStored).when(record(null)).then(processingFailed);
  });

  it('changes nothing the second time, whatever came of it', () => {
    file(fileStored, fileProcessed).when(record(image)).thenNothing();
    file(fileStored, fileProcessed).when(record(null)).thenNothing();
    file(fileStored, processingFailed).when(record(image)).thenNothing();
  });

  it('is rejected for a discarded file and for an unknown one', () => {
    file(fileStored, fileDiscarded).when(record(image)).thenRejected('file-discarded');
    file().when(record(image)).thenRejected('file-not-found');
  });
});

describe('withdrawing an infected file', () => {
  const fileWithdrawn: FileEvent = {
    type: 'FileWithdrawn',
    data: { ...about, infectedWith: 'Eicar', withdrawnAt: noon },
  };
  const withdraw: WithdrawFile = { type: 'WithdrawFile', data: { fileId, infectedWith: 'Eicar', at: noon } };

  it('ends a stored file, once', () => {
    file(fileStored).when(withdraw).then(fileWithdrawn);
    file(fileStored, fileWithdrawn).when(withdraw).thenNothing();
    file(fileStored, fileDiscarded).when(withdraw).thenNothing();
  });

  it('lets no content come under its id again', () => {
    file(fileStored, fileWithdrawn).when(store()).thenRejected('file-discarded');
  });
});

describe('storing a file', () => {
  it('records the stored file', () => {
    file().when(store()).then(fileStored);
  });

  it('changes nothing the second time, whatever the name and the attempt', () => {
    file(fileStored).when(store()).thenNothing();
    file(fileStored)
      .when(store({ key: secondTry, name: 'copy of crane.xml', storedAt: later }))
      .thenNothing();
  });

  it('is rejected when the id names other content, another owner or another purpose', () => {
    file(fileStored)
      .when(store({ sha256: 'b'.repeat(64) }))
      .thenRejected('file-id-taken');
    file(fileStored)
      .when(store({ owner: 'bob' as UserId }))
      .thenRejected('file-id-taken');
    file(fileStored)
      .when(store({ purpose: 'instruction', mediaType: 'application/zip' }))
      .thenRejected('file-id-taken');
  });

  it('recognises by its hash what was sent before and stored in another form', () => {
    const webpStored: FileStored = {
      type: 'FileStored',
      data: { ...list, sha256: 'c'.repeat(64), sentSha256: list.sha256 },
    };
    file(webpStored).when(store()).thenNothing();
    file(webpStored)
      .when(store({ sha256: 'd'.repeat(64), sentSha256: list.sha256 }))
      .thenNothing();
    file(webpStored)
      .when(store({ sha256: 'c'.repeat(64) }))
      .thenRejected('file-id-taken');
  });

  it('rejects 0 bytes', () => {
    file()
      .when(store({ size: 0 }))
      .thenRejected('empty-file');
  });

  it('rejects one byte more than the purpose allows', () => {
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

  it('rejects a media type that does not serve the purpose', () => {
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

  it('rejects infected content', () => {
    file()
      .when(store({ infectedWith: 'Eicar-Test-Signature' }))
      .thenRejected('infected');
  });

  it('rejects a discarded file, even if it was discarded before it came', () => {
    file(fileDiscarded).when(store()).thenRejected('file-discarded');
    file(fileStored, fileDiscarded).when(store()).thenRejected('file-discarded');
  });
});

describe('abandoning an upload', () => {
  it('rejects a recording that comes later', () => {
    file().when(abandon()).then(uploadAbandoned);
    file(uploadAbandoned).when(store()).thenRejected('upload-abandoned');
  });

  it('accepts another attempt under the id', () => {
    file(uploadAbandoned)
      .when(store({ key: secondTry }))
      .then({ type: 'FileStored', data: { ...list, key: secondTry } });
  });

  it('is rejected for recorded bytes', () => {
    file(fileStored).when(abandon()).thenRejected('upload-recorded');
  });

  it('changes nothing when the file is stored or discarded', () => {
    file(fileStored).when(abandon(secondTry)).thenNothing();
    file(fileDiscarded).when(abandon()).thenNothing();
    file(uploadAbandoned).when(abandon()).thenNothing();
  });
});

describe('discarding a file', () => {
  it('ends a stored file', () => {
    file(fileStored).when(discard()).then(fileDiscarded);
  });

  it('rejects a file that comes later', () => {
    file().when(discard()).then(fileDiscarded);
  });

  it('changes nothing the second time', () => {
    file(fileStored, fileDiscarded).when(discard(later)).thenNothing();
  });
});

const uploadOffered: UploadOffered = {
  type: 'UploadOffered',
  data: {
    ...{ fileId, owner: list.owner, purpose: list.purpose, name: list.name },
    ...{ size: list.size, mediaType: list.mediaType, offeredAt: noon, expiresAt: later },
  },
};
const offer = (change: Partial<OfferUpload['data']> = {}): OfferUpload => ({
  type: 'OfferUpload',
  data: { ...uploadOffered.data, ...change },
});
const expire = (at = later): ExpireOffer => ({ type: 'ExpireOffer', data: { fileId, at } });

describe('offering an upload', () => {
  it('offers a new one, and nothing more when it is repeated at another time', () => {
    file().when(offer()).then(uploadOffered);
    for (const history of [[uploadOffered], [uploadOffered, fileStored], [uploadOffered, fileDiscarded]])
      file(...history)
        .when(offer({ offeredAt: later, expiresAt: '2026-01-03T12:00:00Z' as Instant }))
        .thenNothing();
  });

  it('refuses another offer under the same id, and one for a file that arrived another way', () => {
    for (const change of [{ name: 'ship.xml' }, { size: 1 }, { owner: 'bob' as UserId }, { sha256: 'b'.repeat(64) }])
      file(uploadOffered).when(offer(change)).thenRejected('file-id-taken');
    file(fileStored).when(offer()).thenRejected('file-id-taken');
    file(fileDiscarded).when(offer()).thenRejected('file-discarded');
  });

  it('refuses sizes that do not serve the purpose', () => {
    file()
      .when(offer({ size: 200_000_000 }))
      .thenRejected('file-too-large');
    file()
      .when(offer({ size: 0 }))
      .thenRejected('empty-file');
  });

  it('stores the content of an offer, also after an attempt was abandoned', () => {
    file(uploadOffered).when(store()).then(fileStored);
    file(uploadOffered, uploadAbandoned)
      .when(store({ key: secondTry }))
      .then({ type: 'FileStored', data: { ...list, key: secondTry } });
  });
});

describe('expiring an offer', () => {
  it('refuses its content from then on, and not before', () => {
    file(uploadOffered).when(expire(noon)).thenNothing();
    file(uploadOffered)
      .when(expire())
      .then({ type: 'FileDiscarded', data: { fileId, discardedAt: later } });
    file(uploadOffered, fileDiscarded).when(store()).thenRejected('file-discarded');
  });

  it('changes nothing without an offer, once the content is stored, and the second time', () => {
    for (const history of [
      [],
      [uploadAbandoned],
      [uploadOffered, fileStored],
      [fileStored],
      [uploadOffered, fileDiscarded],
    ])
      file(...history)
        .when(expire())
        .thenNothing();
  });
});
