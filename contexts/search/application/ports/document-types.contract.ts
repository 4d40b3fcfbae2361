import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { DocumentType } from '../../contracts/http-api.ts';
import type { IndexForTests } from '../../testing/index-for-tests.ts';
import { ada, album, bob, image, moc, queryOf } from '../../testing/sample-documents.ts';
import type { Search } from './search-index.ts';

/** The part of the contract of `SearchIndex` that is about documents other than MOCs. */
export const documentTypesContract = (testIndex: () => IndexForTests): void => {
  const find = (query: string, search: Partial<Search> = {}) =>
    testIndex().index.find({
      ...{ query: queryOf(query), types: ['moc'], by: bob, sort: 'relevance', limit: 50 },
      ...search,
    });
  const findTitles = async (query: string, by = bob, search: Partial<Search> = {}): Promise<readonly string[]> =>
    (await find(query, { by, ...search })).documents.map(({ title }) => title);

  it('finds wishes for their owner only, alone and together with MOCs', async () => {
    const itemId = newId();
    const wish = { status: 'wished' as const, owner: 'ada', itemId, title: 'Avocet set', description: 'one day' };
    const rest = { productLink: '', category: 'Town', priority: 'low' as const, price: null };
    await testIndex().learnWish(itemId, { ...wish, ...rest });
    await testIndex().learn(moc({ title: 'Avocet' }));
    const types: readonly DocumentType[] = ['moc', 'wish'];
    expect(await findTitles('avocet', ada, { types: ['wish'] })).to.deep.equal(['Avocet set']);
    expect(await findTitles('avocet', ada, { types: types })).to.have.members(['Avocet', 'Avocet set']);
    expect(await findTitles('avocet', bob, { types: types })).to.deep.equal(['Avocet']);
    await testIndex().learnWish(itemId, { status: 'deleted', owner: 'ada', itemId }, 1n);
    expect(await findTitles('avocet', ada, { types: types })).to.deep.equal(['Avocet']);
  });

  it('finds images and albums by their words, each by its type', async () => {
    const [guillemot, guillemots] = [image('Guillemot'), album('Guillemots')];
    await testIndex().learnGallery(guillemot);
    await testIndex().learnGallery(guillemots);
    const { documents } = await find('guillemot', { types: ['image', 'album'], sort: 'newest' });
    const common = { owner: ada, isPublic: true };
    expect(documents).to.deep.equal([
      {
        ...{ type: 'album', albumId: guillemots.albumId, title: 'Guillemots', description: '', ...common },
        createdAt: '2026-03-02T12:00:00.000Z',
      },
      {
        ...{
          type: 'image',
          imageId: guillemot.imageId,
          title: 'Guillemot',
          description: 'At dawn',
          tags: ['Sea'],
          ...common,
        },
        createdAt: '2026-03-01T12:00:00.000Z',
      },
    ]);
    expect(await findTitles('guillemot', bob, { types: ['image'] })).to.deep.equal(['Guillemot']);
    expect(await findTitles('guillemot tag:sea dawn', bob, { types: ['image', 'album'] })).to.deep.equal(['Guillemot']);
    expect(await findTitles('guillemot')).to.deep.equal([]);
  });

  it('finds what is private, unlisted or hidden in the gallery for its owner only', async () => {
    const ids = { hidden: newId(), gone: newId() };
    await testIndex().learnGallery(image('Fulmar private', { visibility: 'private' }));
    await testIndex().learnGallery(image('Fulmar unlisted', { visibility: 'unlisted' }));
    await testIndex().learnGallery(image('Fulmar hidden', { imageId: ids.hidden }), 1n);
    await testIndex().learnGallery(image('Fulmar hidden', { imageId: ids.hidden, hidden: true }), 2n);
    await testIndex().learnGallery(album('Fulmar album', { visibility: 'private' }));
    await testIndex().learnGallery(image('Fulmar gone', { imageId: ids.gone }));
    const deletedAt = '2026-03-03T12:00:00.000Z';
    await testIndex().learnGallery({ kind: 'image', status: 'deleted', imageId: ids.gone, owner: ada, deletedAt }, 3n);
    await testIndex().learnGallery(image('Fulmar of an earlier release', { texts: undefined }));
    const types: readonly DocumentType[] = ['image', 'album'];
    expect(await findTitles('fulmar', bob, { types })).to.deep.equal([]);
    const own = ['Fulmar private', 'Fulmar unlisted', 'Fulmar hidden', 'Fulmar album'];
    expect(await findTitles('fulmar', ada, { types })).to.have.members(own);
    const counts = (await find('fulmar', { types, by: bob, facets: ['by', 'tag'] })).facets;
    expect(counts).to.deep.equal({ by: [], tag: [] });
  });
};
