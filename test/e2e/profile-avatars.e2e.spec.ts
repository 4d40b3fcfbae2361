import { randomUUID } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { expect } from 'chai';
import sharp from 'sharp';
import { devUserId } from '@lego-moc/embedded-identity/issue-token';
import { ownProfile } from '@lego-moc/profile/contracts/http-api';
import { hostileImages } from '@lego-moc/testing/hostile-images.contract';
import { animatedImages, photographOf, stillImages } from '@lego-moc/testing/sample-images';
import { requestsAs, imageRequest, problemCode, type SendRequest } from './requests.ts';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

const SIZES = [64, 128, 256, 512] as const;
const BYTES_MAX = 20 * 1024 * 1024;
const AVATAR = '/api/users/me/avatar';

const area = (background: string, width = 90, height = 60) =>
  sharp({ create: { width, height, channels: 3, background } });

/** A valid PNG of exactly so many bytes, padded by a chunk that no decoder reads. */
const pngOfBytes = async (length: number): Promise<Buffer> => {
  const png = await area('#c91a09').png().toBuffer();
  const end = png.length - 12;
  const padding = Buffer.alloc(length - png.length - 12);
  const body = Buffer.concat([Buffer.from('lePa'), padding]);
  const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  size.writeUInt32BE(padding.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([png.subarray(0, end), size, body, sum, png.subarray(end)]);
};

describe('sending an avatar through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let name: string;
  let me: SendRequest;
  let visitor: SendRequest;

  before(async () => {
    platform = await sharedPlatform();
    visitor = requestsAs(platform, 'visitor');
  });
  beforeEach(() => {
    name = `pictured-${randomUUID()}`;
    me = requestsAs(platform, name);
  });

  const downloadAvatar = async (size: number, ask = visitor): Promise<Buffer> => {
    const reply = await ask(`/api/users/${devUserId(name)}/avatar?size=${String(size)}`);
    expect([reply.status, reply.headers.get('content-type')]).to.deep.equal([200, 'image/webp']);
    return Buffer.from(await reply.arrayBuffer());
  };
  const readOwnProfile = async () => ownProfile.parse(await (await me('/api/users/me')).json());

  for (const [kind, mediaType, file] of [
    ['JPEG', 'image/jpeg', stillImages.JPEG],
    ['PNG', 'image/png', stillImages.PNG],
    ['HEIC', 'image/heic', stillImages.HEIC],
  ] as const)
    it(`stores a ${kind} as WebP squares in four sizes`, async () => {
      expect((await me(AVATAR, imageRequest(file, mediaType))).status).to.equal(200);
      const { avatar } = await readOwnProfile();
      for (const size of SIZES) {
        const square = await visitor(avatar?.[size] ?? '');
        const { format, width, height } = await sharp(Buffer.from(await square.arrayBuffer())).metadata();
        expect({ format, width, height }).to.deep.equal({ format: 'webp', width: size, height: size });
      }
    });

  it('stores it upright and without camera, place and owner', async () => {
    const leftHalf = await area('#0055bf', 40, 80).png().toBuffer();
    const photo = await photographOf(area('#c91a09', 80, 80).composite([{ input: leftHalf, gravity: 'west' }]));
    expect(photo.includes('canary-camera')).to.equal(true);
    expect((await me(AVATAR, imageRequest(photo, 'image/jpeg'))).status).to.equal(200);
    for (const size of SIZES) {
      const square = await downloadAvatar(size);
      const { exif, xmp, iptc, icc, orientation } = await sharp(square).metadata();
      expect([exif, xmp, iptc, icc, orientation]).to.deep.equal(Array.from({ length: 5 }));
      expect(square.includes('canary')).to.equal(false);
    }
    const top = await sharp(await downloadAvatar(64))
      .extract({ left: 8, top: 4, width: 48, height: 16 })
      .png()
      .toBuffer();
    const { dominant } = await sharp(top).stats();
    expect(dominant.b).to.be.above(dominant.r);
  });

  it('accepts 20 MiB and refuses one byte more', async () => {
    expect((await me(AVATAR, imageRequest(await pngOfBytes(BYTES_MAX)))).status).to.equal(200);
    const before = (await readOwnProfile()).avatar;
    const reply = await me(AVATAR, imageRequest(await pngOfBytes(BYTES_MAX + 1)));
    expect([reply.status, await problemCode(reply)]).to.deep.equal([413, 'body-too-large']);
    expect((await readOwnProfile()).avatar).to.deep.equal(before);
  });

  it('replaces and removes it, also the second time', async () => {
    await me(AVATAR, imageRequest(await area('#c91a09').png().toBuffer()));
    const first = (await readOwnProfile()).avatar?.[64] ?? '';
    await me(AVATAR, imageRequest(await area('#0055bf').png().toBuffer()));
    expect((await readOwnProfile()).avatar?.[64]).to.not.equal(first);
    const { dominant } = await sharp(await downloadAvatar(64)).stats();
    expect(dominant.b).to.be.above(dominant.r);
    for (let times = 0; times < 2; times += 1) expect((await me(AVATAR, { method: 'DELETE' })).status).to.equal(204);
    expect((await readOwnProfile()).avatar).to.equal(null);
    expect((await visitor(first)).status).to.equal(404);
  });

  it('shows it to signed-in users only, and lets only its owner change it', async () => {
    await me(AVATAR, imageRequest(stillImages.PNG));
    const path = `/api/users/${devUserId(name)}/avatar`;
    expect((await fetch(platform.url + path)).status).to.equal(401);
    expect((await visitor(path, imageRequest(stillImages.JPEG, 'image/jpeg'))).status).to.equal(403);
    expect((await visitor(path, { method: 'DELETE' })).status).to.equal(403);
    expect((await visitor(`${path}?size=1000`)).status).to.equal(400);
    await downloadAvatar(256);
  });
});

describe('sending a hostile avatar through the gateway', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let ask: SendRequest;
  before(async () => {
    ask = requestsAs(await sharedPlatform(), `hostile-${randomUUID()}`);
  });

  hostileImages(
    async (file) => {
      const reply = await ask(AVATAR, imageRequest(file, 'image/png'));
      expect(reply.status).to.be.oneOf([200, 422]);
      if (reply.status === 422) return undefined;
      const paths = Object.values(ownProfile.parse(await reply.json()).avatar ?? {});
      return Promise.all(paths.map(async (path) => Buffer.from(await (await ask(path)).arrayBuffer())));
    },
    { stillImages, animatedImages },
  );
});
