/**
 * Sends many pictures to the gallery at once, and measures how long the platform takes until all have their renditions,
 * beside the floor: the same decoding and encoding by bare sharp; and what an ordinary user feels meanwhile, beside the
 * idle platform. `-- --pictures 100 --seconds 20` sets how many, and how long the idle platform is used; `--short` less of it.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { startPlatform } from '@lego-moc/local/platform';
import { freePorts } from '@lego-moc/local/ports';
import { photograph } from '@lego-moc/testing/sample-images';
import { costsOf, costsPerUnit } from '../measuring/costs.ts';
import { machine } from '../measuring/report.ts';
import { askAs, p95, secondsOf, useUntil, verdict, type Ask } from '../measuring/user.ts';

const { values } = parseArgs({
  options: { pictures: { type: 'string' }, seconds: { type: 'string' }, short: { type: 'boolean', default: false } },
});
const PICTURES = Number(values.pictures ?? (values.short ? 20 : 100));
const SECONDS = Number(values.seconds ?? (values.short ? 8 : 20));

const [WIDTH, HEIGHT] = [1_600, 1_200];
/** As many as the platform has workers. */
const WORKERS = 2;
/** Fewer of each than file storage receives of one owner at a time. */
const PICTURES_PER_BUILDER = 10;
const POLL_MS = 250;
const [P95_RATIO_MAX, THROUGHPUT_MIN] = [1.8, 0.9];

/** What the platform makes of each picture: the stored image, and two renditions of that. */
const renderBare = async (picture: Buffer): Promise<void> => {
  const webp = { quality: 80, effort: 4 };
  const fit = 'inside';
  const image = sharp(picture).autoOrient().resize({ width: 3_840, height: 3_840, fit, withoutEnlargement: true });
  const storedImage = await image.webp(webp).toBuffer();
  for (const side of [200, 400])
    await sharp(storedImage).resize({ width: side, height: side, fit }).webp(webp).toBuffer();
};

const renderAllBare = async (pictures: readonly Buffer[]): Promise<void> => {
  sharp.concurrency(1);
  sharp.cache(false);
  const remaining = [...pictures];
  const work = async (): Promise<void> => {
    for (let next = remaining.pop(); next !== undefined; next = remaining.pop()) await renderBare(next);
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
};

const send = async (ask: Ask, picture: Buffer): Promise<void> => {
  const body = new FormData();
  body.set('image', new Blob([new Uint8Array(picture)]), 'crane.jpg');
  const reply = await ask('/api/images', { method: 'POST', headers: { 'idempotency-key': randomUUID() }, body });
  if (reply.status !== 201) throw new Error(`A picture was answered ${reply.status}: ${await reply.text()}`);
};

type Page = { readonly images: readonly { readonly renditions: string }[] };

const untilProcessed = async (ask: Ask, count: number): Promise<void> => {
  for (;;) {
    const { images } = (await (await ask('/api/images?limit=100')).json()) as Page;
    if (images.filter(({ renditions }) => renditions === 'processed').length >= count) return;
    await sleep(POLL_MS);
  }
};

const dataDir = mkdtempSync(join(tmpdir(), 'bench-images-'));
const platform = startPlatform({ dataDir, ports: await freePorts(), env: { ...process.env, RATE_LIMIT_SCALE: '100' } });
try {
  await platform.ready;
  const place = { url: platform.url, dataDir };
  const pictures = await Promise.all(Array.from({ length: PICTURES }, (_, at) => photograph(WIDTH + at, HEIGHT)));
  const builders = await Promise.all(
    Array.from({ length: Math.ceil(PICTURES / PICTURES_PER_BUILDER) }, (_, at) => askAs(place, `builder-${at}`)),
  );
  const batchOf = (at: number): readonly Buffer[] =>
    pictures.slice(at * PICTURES_PER_BUILDER, (at + 1) * PICTURES_PER_BUILDER);
  const sendAll = async (): Promise<void> => {
    await Promise.all(builders.map((ask, at) => Promise.all(batchOf(at).map((picture) => send(ask, picture)))));
    // One after the other: polling is no part of the work.
    for (const [at, ask] of builders.entries()) await untilProcessed(ask, batchOf(at).length);
  };

  const user = await askAs(place, 'user');
  // What is compiled while it is measured is slower; the first worker processes start here.
  const [firstPicture] = pictures;
  if (firstPicture !== undefined) await send(user, firstPicture);
  await useUntil(user, sleep((SECONDS * 1_000) / 2));
  const idleTimes = await useUntil(user, sleep(SECONDS * 1_000));
  const before = costsOf(platform.children);
  const work = { seconds: 0 };
  const busyTimes = await useUntil(
    user,
    secondsOf(sendAll).then((seconds) => (work.seconds = seconds)),
  );
  const costs = costsPerUnit(before, costsOf(platform.children), PICTURES);
  const bare = { seconds: 0 };
  const bareTimes = await useUntil(
    user,
    secondsOf(() => renderAllBare(pictures)).then((seconds) => (bare.seconds = seconds)),
  );

  const ratio = p95(busyTimes) / p95(idleTimes);
  const share = bare.seconds / work.seconds;
  console.log(`${machine()}; ${PICTURES} pictures of ${WIDTH} × ${HEIGHT} at once`);
  console.log(`p95 of a user, idle\t${p95(idleTimes).toFixed(1)} ms of ${idleTimes.length} requests`);
  console.log(`p95 of a user, meanwhile\t${p95(busyTimes).toFixed(1)} ms of ${busyTimes.length} requests`);
  console.log(`\t${ratio.toFixed(2)} × (aim: at most ${P95_RATIO_MAX}) ${verdict(ratio <= P95_RATIO_MAX)}`);
  console.log(`floor: while bare sharp works beside\t${p95(bareTimes).toFixed(1)} ms of ${bareTimes.length} requests`);
  console.log(`the platform\t${(PICTURES / work.seconds).toFixed(2)} pictures/s; CPU µs a picture, ${costs}`);
  console.log(`floor: bare sharp, ${WORKERS} at a time\t${(PICTURES / bare.seconds).toFixed(2)} pictures/s`);
  console.log(
    `\t${(100 * share).toFixed(0)} % (aim: at least ${100 * THROUGHPUT_MIN} %) ${verdict(share >= THROUGHPUT_MIN)}`,
  );
} finally {
  await platform.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
