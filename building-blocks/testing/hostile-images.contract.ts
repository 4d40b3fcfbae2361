import { Buffer } from 'node:buffer';
import { crc32, deflateSync, gzipSync } from 'node:zlib';
import { expect } from 'chai';

/** Sends an image; returns the images that are shown instead (WebP), or `undefined` when it is refused. */
export type ProcessImage = (image: Uint8Array) => Promise<readonly Uint8Array[] | undefined>;

/** An accepted image of each type, and an animated one. */
export type SampleImages = {
  readonly stillImages: Readonly<Record<string, Buffer>>;
  readonly animatedImages: Readonly<Record<string, Buffer>>;
};

const CANARY = 'canary<script>alert(1)</script>';
const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(body.length + 8);
  frame.writeUInt32BE(data.length);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), body.length + 4);
  return frame;
};

const header = (width: number, height: number): Buffer => {
  const data = Buffer.alloc(13);
  data.writeUInt32BE(width);
  data.writeUInt32BE(height, 4);
  data.writeUInt8(1, 8); // one bit a pixel, grey
  return chunk('IHDR', data);
};

const rows = (width: number, height: number): Buffer =>
  chunk('IDAT', deflateSync(Buffer.alloc(height * (1 + Math.ceil(width / 8)))));

const png = (width: number, height: number, pixels: Buffer, ...more: readonly Buffer[]): Buffer =>
  Buffer.concat([SIGNATURE, header(width, height), ...more, pixels, chunk('IEND', Buffer.alloc(0))]);

const MEGABYTES_64 = deflateSync(Buffer.alloc(64 * 1024 * 1024));
const encodeName = (name: string): Buffer => Buffer.from(`${name}\0\0`, 'latin1');

const svg = (inner: string): Buffer =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99">${inner}</svg>`);

/** Small files that unpack to much. */
const BOMBS: Readonly<Record<string, Buffer>> = {
  'a PNG of 8,000 by 8,000 pixels in a few kilobytes': png(8_000, 8_000, rows(8_000, 8_000)),
  'a PNG that says it is 30,000 pixels wide and high': png(30_000, 30_000, rows(8, 8)),
  'a PNG of a single line, two thousand million pixels long': png(2_000_000_000, 1, rows(8, 1)),
  'a GIF that says it is 65,535 pixels wide and high': Buffer.from(
    '474946383961ffffffff80000000000000ffffff2c00000000010001000002024401003b',
    'hex',
  ),
};

/** Drawings with scripts, and other files that no browser should be told are images. */
export const nonImages: Readonly<Record<string, Buffer>> = {
  'an SVG': svg('<rect width="99" height="99"/>'),
  'an SVG that runs a script': svg('<script>fetch("http://evil.example")</script>'),
  'an SVG that shows a file of ours': svg('<image href="file:///etc/passwd" width="99" height="99"/>'),
  'an SVG with entities of a file': Buffer.concat([
    Buffer.from('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    svg('<text>&x;</text>'),
  ]),
  'a packed SVG': gzipSync(svg('<rect width="99" height="99"/>')),
  'a PDF': Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF'),
  'a page': Buffer.from('<!doctype html><img src=x onerror=alert(1)>'),
  'a BMP': Buffer.from('424d3a0000000000000036000000280000000100000001000000010018000000000004000000', 'hex'),
  'a program': Buffer.from('7f454c4602010100000000000000000003003e00', 'hex'),
  'nothing but a signature': SIGNATURE,
  'a zero': Buffer.from([0]),
  nothing: Buffer.alloc(0),
};

/** Images with other content in them or behind them. */
const carriers = ({ stillImages }: SampleImages): Readonly<Record<string, Buffer>> => ({
  'a PNG with a page behind it': Buffer.concat([png(9, 9, rows(9, 9)), Buffer.from(CANARY)]),
  'a PNG with a page in its notes': png(9, 9, rows(9, 9), chunk('tEXt', Buffer.from(`Comment\0${CANARY}`))),
  'a PNG whose notes unpack to 64 MB': png(
    9,
    9,
    rows(9, 9),
    chunk('zTXt', Buffer.concat([encodeName('Comment'), MEGABYTES_64])),
  ),
  'a PNG whose colour profile unpacks to 64 MB': png(
    9,
    9,
    rows(9, 9),
    chunk('iCCP', Buffer.concat([encodeName('x'), MEGABYTES_64])),
  ),
  ...Object.fromEntries(
    Object.entries(stillImages).map(([kind, image]) => [
      `a ${kind} that is an archive and a page as well`,
      Buffer.concat([image, Buffer.from(`PK\x03\x04${CANARY}PK\x05\x06${'\0'.repeat(18)}`, 'latin1')]),
    ]),
  ),
});

/** Files that look like images and are dangerous to open. */
export const hostileFiles = (samples: SampleImages): Readonly<Record<string, Buffer>> => ({
  ...BOMBS,
  ...carriers(samples),
});

const expectHarmless = (images: readonly Uint8Array[] | undefined): void => {
  for (const image of images ?? []) {
    const text = Buffer.from(image).toString('latin1');
    expect(text.slice(0, 4) + text.slice(8, 12)).to.equal('RIFFWEBP');
    expect(text).not.to.include('canary').and.not.to.include('ANIM').and.not.to.include('EXIF');
    expect(image.length).to.be.lessThan(2_000_000);
  }
};

/** The same damage every time: Marsaglia's xorshift. */
const damage = (image: Buffer, seed: number): Buffer => {
  const copy = Buffer.from(image);
  let state = seed * 2_654_435_761;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let hits = 0; hits < 8; hits += 1) copy.writeUInt8(next() & 0xff, 12 + (next() % (copy.length - 12)));
  return copy;
};

/** Dozens of uploads, each of which takes half a second on an event store across the network. */
const DAMAGE_TRIED_WITHIN_MS = 120_000;

/** The contract of every route that accepts images from users. */
export const hostileImages = (process: ProcessImage, samples: SampleImages): void => {
  for (const [name, image] of Object.entries({ ...BOMBS, ...nonImages }))
    it(`refuses ${name}`, async () => {
      expect(await process(image)).to.equal(undefined);
    });

  it('refuses a truncated image', async () => {
    for (const [kind, image] of Object.entries(samples.stillImages))
      for (const part of [0.3, 0.6, 0.9])
        expect(await process(image.subarray(0, image.length * part)), `${kind} cut at ${part}`).to.equal(undefined);
  });

  it('removes content carried in an image or behind it', async () => {
    for (const image of Object.values(carriers(samples))) expectHarmless(await process(image));
  });

  it('shows one frame of an animation, or refuses it', async () => {
    for (const image of Object.values(samples.animatedImages)) expectHarmless(await process(image));
  });

  it('accepts valid images', async () => {
    for (const [kind, image] of Object.entries(samples.stillImages)) {
      const images = await process(image);
      expect(images, kind).not.to.equal(undefined);
      expectHarmless(images);
    }
  });

  it('survives any damage', async function () {
    this.timeout(DAMAGE_TRIED_WITHIN_MS);
    for (const image of [...Object.values(samples.stillImages), ...Object.values(samples.animatedImages)])
      for (let seed = 1; seed <= 6; seed += 1) expectHarmless(await process(damage(image, seed)));
  });
};
