import { expect } from 'chai';
import { foldedStates } from '@lego-moc/application/folded-states';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { derivedId } from '@lego-moc/kernel/ids';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import type { GalleryItem } from '../domain/gallery-link-events.ts';
import type { LinkedItemEvent } from '../domain/linked-item.ts';
import type { MocEvent, MocId } from '../domain/moc-events.ts';
import { mocDecider } from '../domain/moc.ts';
import { galleryLinking } from './gallery-linking.ts';
import type { Gallery } from './ports/gallery.ts';

const ada = 'ada' as UserId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const [firstMoc, secondMoc] = ['moc-1', 'moc-2'] as MocId[] as [MocId, MocId];
const image: GalleryItem = { kind: 'image', itemId: 'image-1' };
const because = (label: string) => ({ commandId: derivedId(label), correlationId: 'c-1', actor: ada });

/** A gallery with these items; `undefined` is one that is away. */
const setUp = async (items: readonly string[] | undefined) => {
  let existing = items;
  const gallery: Gallery = {
    existing: (_, ids) => Promise.resolve(existing && new Set(ids.filter((id) => existing?.includes(id)))),
  };
  const { handle: mocs, latest } = foldedStates(mocDecider, inMemoryStreams<MocEvent>('moc'));
  const linkedItems = inMemoryStreams<LinkedItemEvent>('linkedItem');
  const linking = galleryLinking({ mocs, linkedItems, gallery, now: () => noon });
  for (const mocId of [firstMoc, secondMoc]) {
    const details = { title: mocId, description: '', theme: '', tags: [], files: [], partsLists: [] };
    await mocs(mocId, { type: 'DraftMoc', data: { mocId, by: ada, at: noon, ...details } }, because(mocId));
  }
  const linksOf = async (mocId: MocId) => {
    const { state } = await latest(mocId);
    return 'galleryLinks' in state ? state.galleryLinks.map(({ itemId, verified }) => ({ itemId, verified })) : [];
  };
  return {
    linking,
    linksOf,
    setGallery: (now: readonly string[] | undefined) => void (existing = now),
    link: (mocId: MocId) => linking.link({ ...image, mocId, by: ada }, because(`link ${mocId}`)),
    validate: async (mocId: MocId) => {
      const { state } = await latest(mocId);
      const links = 'galleryLinks' in state ? state.galleryLinks : [];
      return linking.validate({ mocId, owner: ada, links }, true);
    },
  };
};

describe('linking a MOC to the gallery', () => {
  it('records a verified link to an image that exists', async () => {
    const { link, linksOf } = await setUp(['image-1']);
    await link(firstMoc);
    expect(await linksOf(firstMoc)).to.deep.equal([{ itemId: 'image-1', verified: true }]);
  });

  it('rejects an image that does not exist', async () => {
    const { link, linksOf } = await setUp([]);
    expect(await link(firstMoc)).to.have.property('rejected', 'gallery-item-not-found');
    expect(await linksOf(firstMoc)).to.deep.equal([]);
  });

  it('records an unverified link while the gallery is away, and verifies it once the gallery is back', async () => {
    const { link, linksOf, setGallery, validate } = await setUp(undefined);
    await link(firstMoc);
    expect(await linksOf(firstMoc)).to.deep.equal([{ itemId: 'image-1', verified: false }]);
    expect(await validate(firstMoc)).to.equal(undefined);
    setGallery(['image-1']);
    expect(await validate(firstMoc)).to.deep.equal({ dangling: 0 });
    expect(await linksOf(firstMoc)).to.deep.equal([{ itemId: 'image-1', verified: true }]);
  });

  it('removes an unverified link whose image turns out not to exist', async () => {
    const { link, linksOf, setGallery, validate } = await setUp(undefined);
    await link(firstMoc);
    setGallery([]);
    expect(await validate(firstMoc)).to.deep.equal({ dangling: 1 });
    expect(await linksOf(firstMoc)).to.deep.equal([]);
  });

  it('removes every link to a deleted image, and rejects new ones though the gallery still shows it', async () => {
    const { link, linksOf, linking } = await setUp(['image-1']);
    for (const mocId of [firstMoc, secondMoc]) await link(mocId);
    for (const time of ['first', 'second']) await linking.removeDangling(image, noon, because(time));
    expect([await linksOf(firstMoc), await linksOf(secondMoc)]).to.deep.equal([[], []]);
    expect(await link(firstMoc)).to.have.property('rejected', 'gallery-item-not-found');
  });
});
