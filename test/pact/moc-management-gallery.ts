import { MatchersV3 } from '@pact-foundation/pact';
import { PICTURE, type Contract, type Expectation } from './expectation.ts';

const { uuid } = MatchersV3;

/** The image or album of the states. */
const KNOWN_ITEM = '0190d1c5-6f00-4000-8000-000000000041';
/** An image or album that does not exist. */
export const UNKNOWN_ITEM = '0190d1c5-6f00-4000-8000-000000000042';

const AN_IMAGE = 'an image of the user';
const AN_ALBUM = 'an album of the user';

const expectationFor = (kind: 'images' | 'albums', state: string): Expectation => ({
  state,
  name: `a question which of two ${kind} exist`,
  method: 'GET',
  path: `/v1/${kind}/exists`,
  query: { ids: `${KNOWN_ITEM},${UNKNOWN_ITEM}` },
  status: 200,
  reply: { existing: [uuid(KNOWN_ITEM)], missing: [UNKNOWN_ITEM] },
});

/** The expectations of MOC management, which validates links of MOCs, on the gallery. */
export const galleryContract: Contract = {
  consumer: 'moc-management',
  provider: 'gallery',
  expectations: [expectationFor('images', AN_IMAGE), expectationFor('albums', AN_ALBUM)],
  knownId: KNOWN_ITEM,
  states: {
    [AN_IMAGE]: async ({ send }) => {
      const form = new FormData();
      form.set('image', new Blob([new Uint8Array(PICTURE)]), 'crane.png');
      const { imageId } = (await send('POST', '/v1/images', form)) as { imageId: string };
      return imageId;
    },
    [AN_ALBUM]: async ({ send }) => {
      const { albumId } = (await send('POST', '/v1/albums', { title: 'Cranes' })) as { albumId: string };
      return albumId;
    },
  },
};
