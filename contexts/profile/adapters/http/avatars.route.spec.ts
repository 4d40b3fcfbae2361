import { expect } from 'chai';
import type { Express } from 'express';
import sharp, { type Metadata } from 'sharp';
import request from 'supertest';
import { stillImages } from '@lego-moc/testing/sample-images';
import type { OwnProfile, PreviewedPublicProfile } from '../../contracts/http-api.ts';
import { profileService } from '../../testing/profile-service.ts';

const urn = (code: string) => `urn:lego-moc:problem:${code}`;

const plate = (format: 'jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff', width = 90, height = 60) =>
  sharp({ create: { width, height, channels: 3, background: '#c91a09' } })
    .toFormat(format)
    .toBuffer();

const send = (app: Express, image: Buffer, path = '/v1/users/me/avatar') =>
  request(app).put(path).set('content-type', 'application/octet-stream').send(image);

const metadataOfAvatar = async (app: Express, size = 256): Promise<Metadata> => {
  const reply = await request(app)
    .get(`/v1/users/ada/avatar?size=${String(size)}`)
    .set('x-test-user', 'bob')
    .buffer(true)
    .expect(200);
  expect(reply.headers).to.include({ 'content-type': 'image/webp' });
  return sharp(reply.body as Buffer).metadata();
};

/** A file of boxes in HEIF's form, with this brand and no image. */
const heif = (brand: string, ...compatible: string[]): Buffer => {
  const brands = [brand, '\0\0\0\0', ...compatible].join('');
  const head = Buffer.from(`\0\0\0${String.fromCharCode(8 + brands.length)}ftyp${brands}`, 'latin1');
  return Buffer.concat([head, Buffer.alloc(64)]);
};

describe('PUT /v1/users/me/avatar', () => {
  for (const format of ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const)
    it(`shows a ${format} image as WebP squares`, async () => {
      const { app } = profileService();
      const me = (await send(app, await plate(format)).expect(200)).body as OwnProfile;
      expect(Object.keys(me.avatar ?? {})).to.deep.equal(['64', '128', '256', '512']);
      for (const size of [64, 128, 256, 512])
        expect(await metadataOfAvatar(app, size)).to.include({ format: 'webp', width: size, height: size });
    });

  it('removes camera and place, and turns it upright', async () => {
    const { app } = profileService();
    const exifTags = {
      IFD0: { Copyright: 'canary-camera' },
      IFD3: { GPSLatitude: '47/1 4/1 0/1', GPSLatitudeRef: 'N' },
    };
    const half = await sharp({ create: { width: 40, height: 80, channels: 3, background: '#0055bf' } })
      .png()
      .toBuffer();
    const image = await sharp({ create: { width: 80, height: 80, channels: 3, background: '#c91a09' } })
      .composite([{ input: half, gravity: 'west' }])
      .withExif(exifTags)
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect((await sharp(image).metadata()).exif).not.to.equal(undefined);
    await send(app, image).expect(200);
    const { exif, xmp, iptc, orientation } = await metadataOfAvatar(app, 64);
    expect([exif, xmp, iptc, orientation]).to.deep.equal([undefined, undefined, undefined, undefined]);

    const reply = await request(app).get('/v1/users/ada/avatar?size=64').expect(200);
    const top = await sharp(reply.body as Buffer)
      .extract({ left: 20, top: 4, width: 24, height: 8 })
      .png()
      .toBuffer();
    const { dominant } = await sharp(top).stats();
    expect(dominant.b).to.be.above(dominant.r);
    expect(Buffer.from(reply.body as Buffer).includes('canary')).to.equal(false);
  });

  it('shows a HEIC image, as telephones take them', async () => {
    const { app } = profileService();
    const image = stillImages.HEIC;
    await send(app, image).expect(200);
    expect(await metadataOfAvatar(app, 128)).to.include({ format: 'webp', width: 128, height: 128 });
    const square = (await request(app).get('/v1/users/ada/avatar?size=64').expect(200)).body as Buffer;
    const { dominant } = await sharp(
      await sharp(square).extract({ left: 4, top: 4, width: 20, height: 56 }).png().toBuffer(),
    ).stats();
    expect(dominant.b).to.be.above(dominant.r);
    expect(square.includes('canary')).to.equal(false);
  });

  it('survives HEIC files that are broken, empty, or HEIC by name only', async () => {
    const { app } = profileService();
    const image = stillImages.HEIC;
    const damagedImage = Buffer.from(image).fill(0x5a, 400);
    for (const brokenImage of [
      image.subarray(0, 300),
      damagedImage,
      heif('heic', 'mif1'),
      heif('mif1', 'heic'),
      heif('hevc'),
    ])
      expect((await send(app, brokenImage)).status).to.be.oneOf([200, 422]);
    await send(app, heif('heic', 'mif1')).expect(422);
    await send(app, image).expect(200);
  });

  it('refuses a file that only claims to be an image', async () => {
    const { app, avatars } = profileService();
    const cut = (await plate('jpeg', 400, 400)).subarray(0, 300);
    const drawing = Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/passwd"/></svg>',
    );
    for (const fakeImage of [cut, Buffer.from('\xff\xd8\xff\xe0 not really', 'latin1'), drawing, heif('avif')])
      expect((await send(app, fakeImage).expect(422)).body).to.include({ type: urn('image-unreadable') });
    await request(app).put('/v1/users/me/avatar').expect(422);
    expect(await avatars.keys()).to.have.length(0);
  });

  it('refuses an image of more pixels than the limit', async () => {
    const bomb = await sharp({ create: { width: 8_000, height: 7_000, channels: 3, background: '#fff' } })
      .png()
      .toBuffer();
    expect(bomb.length).to.be.below(400_000);
    await send(profileService().app, bomb).expect(422);
  });

  it('refuses more than 20 MiB', async () => {
    await send(profileService().app, Buffer.alloc(20 * 1024 * 1024 + 1)).expect(413);
  });

  it('accepts one image under one Idempotency-Key, and no other of the same length', async () => {
    const { app } = profileService();
    const [picture, other] = [await plate('png'), await plate('png', 91)];
    const under = (key: string, image: Buffer) =>
      send(app, Buffer.concat([image, Buffer.alloc(1_000 - image.length)])).set('idempotency-key', key);
    const first = await under('a', picture).expect(200);
    expect((await under('a', picture).expect(200)).body).to.deep.equal(first.body);
    expect((await under('a', other).expect(422)).body).to.include({ type: urn('idempotency-key-reused') });
  });

  it('refuses an avatar for another user', async () => {
    await send(profileService().app, await plate('png'), '/v1/users/bob/avatar').expect(403);
  });
});

describe('the preview of an avatar', () => {
  const readAs = async (app: Express, user: string, path: string) =>
    request(app).get(path).set('x-test-user', user).expect(200);

  it('has its size, colour and blurhash, and signed URLs of all squares, which need no user', async () => {
    const { app } = profileService();
    await send(app, await plate('png'))
      .expect(200)
      .expect(({ body }) => expect(body).not.to.have.property('avatarPreview'));
    const { avatarPreview } = (await readAs(app, 'bob', '/v1/users/ada/public')).body as PreviewedPublicProfile;
    expect(avatarPreview?.renditions).to.equal('processed');
    expect(avatarPreview?.image).to.include({ width: 512, height: 512, dominantColour: '#c81808' });
    expect(avatarPreview?.image?.blurhash).to.have.length.within(6, 40);
    const { renditions = [] } = avatarPreview?.image ?? {};
    expect(renditions.map(({ side }) => side)).to.deep.equal([64, 128, 256, 512]);
    for (const { side, url } of renditions) {
      const reply = await request(app).get(url).set('x-test-user', 'nobody').expect(200);
      expect(await sharp(reply.body as Buffer).metadata()).to.include({ format: 'webp', width: side, height: side });
      await request(app)
        .get(url.replace(`/${String(side)}.webp`, '/1.webp'))
        .expect(403);
    }
  });

  it('is in the batch and in the own profile, which is not to be stored', async () => {
    const { app } = profileService();
    await send(app, await plate('png')).expect(200);
    const batch = (await readAs(app, 'bob', '/v1/users/public?ids=ada')).body as { users: PreviewedPublicProfile[] };
    expect(batch.users[0]?.avatarPreview?.renditions).to.equal('processed');
    const me = await request(app).get('/v1/users/me').expect(200).expect('cache-control', 'no-store');
    expect(me.body).to.have.nested.property('avatarPreview.image.blurhash');
    await request(app).delete('/v1/users/me/avatar').expect(204);
    expect((await request(app).get('/v1/users/me')).body).to.include({ avatarPreview: null });
  });

  it('is sealed in the stream, like all that shows a person', async () => {
    const { app, sealed } = profileService();
    await send(app, await plate('png')).expect(200);
    const { avatarPreview } = (await request(app).get('/v1/users/me')).body as PreviewedPublicProfile;
    const blurhash = avatarPreview?.image?.blurhash ?? '';
    expect(blurhash).not.to.equal('');
    expect(JSON.stringify((await sealed.read('ada')).events))
      .to.include('AvatarDescribed')
      .and.not.to.include(blurhash);
  });

  it('ends with its user: a URL that was signed before finds nothing', async () => {
    const { app } = profileService();
    await send(app, await plate('png')).expect(200);
    const { avatarPreview } = (await request(app).get('/v1/users/me')).body as PreviewedPublicProfile;
    await request(app).delete('/v1/users/me').expect(204);
    await request(app)
      .get(avatarPreview?.image?.renditions[0]?.url ?? '')
      .expect(404);
  });
});

describe('DELETE /v1/users/me/avatar', () => {
  it('removes it, also the second time', async () => {
    const { app } = profileService();
    await send(app, await plate('png')).expect(200);
    await request(app).delete('/v1/users/me/avatar').expect(204);
    await request(app).delete('/v1/users/me/avatar').expect(204);
    await request(app).get('/v1/users/ada/avatar').expect(404);
    expect((await request(app).get('/v1/users/me')).body).to.include({ avatar: null });
  });
});

describe('GET /v1/users/:userId/avatar', () => {
  it('answers 400 to a size outside the contract', async () => {
    await request(profileService().app).get('/v1/users/ada/avatar?size=1000').expect(400);
  });

  it('stores none for an erased user', async () => {
    const { app, avatars } = profileService();
    await request(app).delete('/v1/users/me').expect(204);
    await send(app, await plate('png')).expect(410);
    expect(await avatars.keys()).to.have.length(0);
  });

  it('answers 404 for an erased user', async () => {
    const { app, avatars } = profileService();
    await send(app, await plate('png')).expect(200);
    await request(app).delete('/v1/users/me').expect(204);
    await request(app).get('/v1/users/ada/avatar').set('x-test-user', 'bob').expect(404);
    expect(await avatars.keys()).to.have.length(0);
  });
});
