import { expect } from 'chai';
import { derivedId } from '@lego-moc/kernel/ids';
import { isRejection, reject } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { AlbumId } from '../domain/album-events.ts';
import type { ImageDetails, ImageId } from '../domain/image-events.ts';
import { galleryInMemory, persistentState, type Effect, type PersistentState } from '../testing/gallery-in-memory.ts';
import { abandonOverdue } from './overdue-uploads.ts';

const ada = 'ada' as UserId;
const imageId = derivedId('image', '1') as ImageId;
const albumId = derivedId('album', '1') as AlbumId;
const cause = { commandId: derivedId('command', '1'), correlationId: 'c-1', actor: ada };
const details: ImageDetails = { title: 'Crane', description: '', tags: [], altText: '', licence: 'cc0-1.0' };

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from(text));
}

class ProcessKilled extends Error {}

/** Dies at one effect: before it, or (`late`) after it and before its answer. */
const dyingAt = (at: number, late: boolean): Effect => {
  let effects = 0;
  return async (happen) => {
    effects += 1;
    if (effects > at || (effects === at && !late)) throw new ProcessKilled();
    const outcome = await happen();
    if (effects === at) throw new ProcessKilled();
    return outcome;
  };
};

type Gallery = ReturnType<typeof galleryInMemory>;

const createAlbum = (gallery: Gallery) => {
  const data = {
    albumId,
    by: ada,
    title: 'Cranes',
    description: '',
    visibility: 'private',
    at: gallery.now(),
  } as const;
  return gallery.albums.handle(albumId, { type: 'CreateAlbum', data }, { ...cause, commandId: derivedId('create') });
};

const upload = async ({ uploads }: Gallery, content = 'pixels', into = albumId) => {
  const receivedImage = await uploads.receive(
    { imageId, owner: ada, roles: [], name: 'crane.png', content: bytes(content) },
    cause,
  );
  if (isRejection(receivedImage)) return receivedImage;
  return uploads.complete(receivedImage, ada, { details, visibility: 'private', albumId: into }, cause);
};

const statusOf = async ({ images }: Gallery) => (await images.latest(imageId)).state.status;
const filesOf = ({ files }: PersistentState) => [...files.bytes.keys()];

describe('uploading an image', () => {
  it('stores the file, then the image, then its place in the album', async () => {
    const state = persistentState();
    const gallery = galleryInMemory(state);
    await createAlbum(gallery);
    expect(await upload(gallery)).to.equal(imageId);
    expect(await gallery.views.image(imageId, ada)).to.include({ title: 'Crane', mediaType: 'image/webp' });
    expect(await gallery.views.imageIdsOf(albumId, ada)).to.deep.equal([imageId]);
    expect(filesOf(state)).to.deep.equal([imageId]);
  });

  it('is one image when it is sent twice', async () => {
    const gallery = galleryInMemory();
    await createAlbum(gallery);
    await upload(gallery);
    const { revision } = await gallery.images.latest(imageId);
    expect(await upload(gallery)).to.equal(imageId);
    expect((await gallery.images.latest(imageId)).revision).to.equal(revision);
  });

  it('rejects another content under the same id and keeps the first', async () => {
    const state = persistentState();
    const gallery = galleryInMemory(state);
    await createAlbum(gallery);
    await upload(gallery);
    expect(await upload(gallery, 'others')).to.have.property('rejected', 'file-id-taken');
    expect(await statusOf(gallery)).to.equal('stored');
    expect(state.files.bytes.get(imageId)?.toString()).to.equal('pixels');
  });

  it('leaves nothing of a file that is no image', async () => {
    const state = persistentState();
    const gallery = galleryInMemory(state);
    await createAlbum(gallery);
    expect(await upload(gallery, '')).to.have.property('rejected', 'image-unreadable');
    expect(await statusOf(gallery)).to.equal('abandoned');
    expect(filesOf(state)).to.deep.equal([]);
  });

  it('stores an image that is sent again, once its owner has no longer too many uploads in progress', async () => {
    const state = persistentState();
    const gallery = galleryInMemory(state);
    const busy = () => Promise.resolve(reject('too-many-uploads', 'Send it again later.'));
    const busyGallery = galleryInMemory({ ...state, files: { ...state.files, store: busy } });
    await createAlbum(gallery);
    expect(await upload(busyGallery)).to.have.property('rejected', 'too-many-uploads');
    expect(await upload(gallery)).to.equal(imageId);
    expect(filesOf(state)).to.deep.equal([imageId]);
  });

  it('leaves nothing of an image for an album that is somebody else’s', async () => {
    const state = persistentState();
    const gallery = galleryInMemory(state);
    expect(await upload(gallery)).to.have.property('rejected', 'album-not-found');
    expect(await statusOf(gallery)).to.equal('abandoned');
    expect(filesOf(state)).to.deep.equal([]);
  });

  it('rejects an erased user before anything is stored', async () => {
    const state = persistentState();
    const gallery = galleryInMemory(state);
    await gallery.owners.erase(ada, gallery.now(), { ...cause, commandId: derivedId('erase') });
    expect(await upload(gallery)).to.have.property('rejected', 'user-erased');
    expect(filesOf(state)).to.deep.equal([]);
  });
});

/** Own, begin, store, complete, add to album. */
const EFFECTS = 5;

describe('an upload whose process dies', () => {
  for (let at = 1; at <= EFFECTS; at += 1)
    for (const late of [false, true]) {
      const moment = `${late ? 'after' : 'before'} effect ${String(at)} of ${String(EFFECTS)}`;

      it(`is completed by the same request ${moment}`, async () => {
        const state = persistentState();
        await createAlbum(galleryInMemory(state));
        const death: unknown = await upload(galleryInMemory(state, dyingAt(at, late))).catch((error: unknown) => error);
        expect(death).to.be.instanceOf(ProcessKilled);
        const next = galleryInMemory(state);
        expect(await upload(next)).to.equal(imageId);
        expect(await statusOf(next)).to.equal('stored');
        expect(await next.views.imageIdsOf(albumId, ada)).to.deep.equal([imageId]);
        expect(filesOf(state)).to.deep.equal([imageId]);
      });

      it(`leaves an image with its file, or neither, once overdue uploads are abandoned ${moment}`, async () => {
        const state = persistentState();
        await createAlbum(galleryInMemory(state));
        await upload(galleryInMemory(state, dyingAt(at, late))).catch(() => undefined);
        const next = galleryInMemory(state);
        const isOpen = (await statusOf(next)) === 'uploading';
        const begunBefore = () => Promise.resolve(isOpen ? [imageId] : []);
        await abandonOverdue({ begunBefore, abandon: next.uploads.abandon, now: next.now })();
        const status = await statusOf(next);
        expect(status).to.be.oneOf(['absent', 'abandoned', 'stored']);
        expect(filesOf(state)).to.deep.equal(status === 'stored' ? [imageId] : []);
      });
    }
});
