import { reject, type Rejection } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import { bytesMaxFor, isArchive, isImage } from '../domain/acceptance.ts';
import type { ContentKey, Purpose } from '../domain/file-events.ts';
import { measure } from './measure.ts';
import type { ArchiveOpener } from './ports/archive-opener.ts';
import type { ContentStore } from './ports/content-store.ts';
import type { ImageProcessor } from './ports/image-processor.ts';
import type { VirusScanner } from './ports/virus-scanner.ts';

type Bytes = AsyncIterable<Uint8Array>;

/** An upload and its media type, as detected from its first bytes. */
export type IncomingContent = {
  readonly key: ContentKey;
  readonly owner: UserId;
  readonly purpose: Purpose;
  readonly name: string;
  readonly mediaType: string;
  readonly content: Bytes;
  /** Called with the size so far while the content arrives; what it throws ends the upload. */
  readonly onGrowth?: (size: number) => Promise<void>;
};

/** The stored content, as `FileStored` describes it. */
export type ReceivedContent = {
  readonly name: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly size: number;
  readonly sentSha256?: string;
  readonly infectedWith: string | null;
};

export type ReceiveContent = (
  incoming: IncomingContent,
  bytesMax: number,
  signal?: AbortSignal,
) => Promise<ReceivedContent | Rejection<'image-unreadable' | 'archive-refused'>>;

type Needs = {
  readonly contents: ContentStore;
  readonly scanner: VirusScanner;
  readonly imageProcessor: ImageProcessor;
  readonly archives: ArchiveOpener;
};

const unreadable = reject(
  'image-unreadable',
  'The image cannot be decoded, or is larger than 50 megapixels or 20,000 pixels a side. Export it again from your camera or program, or make it smaller.',
);

// eslint-disable-next-line @typescript-eslint/require-await -- an async iterable of one chunk
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The extension matches the stored format, so that a saved copy opens. */
const webpName = (name: string): string =>
  `${name
    .replace(/\.[^.]{1,5}$/u, '')
    .slice(0, 250)
    .toWellFormed()}.webp`;

/**
 * Counts, hashes and scans content while it goes to the store. An image is replaced by the WebP that the image processor
 * makes of it, since the original's metadata tell where and by whom a photo was taken. An archive is opened before the
 * scanner sees it: clamd calls one clean that unpacks to more than its limits.
 */
export const receiveContent = ({ contents, scanner, imageProcessor, archives }: Needs): ReceiveContent => {
  const upload = (key: ContentKey, content: Bytes, signal: AbortSignal | undefined): Promise<void> =>
    contents.put(key, content, signal === undefined ? {} : { signal });

  const receiveScanned: ReceiveContent = async (incoming, bytesMax, signal) => {
    const { key, owner, purpose, name, mediaType, content, onGrowth } = incoming;
    const scan = await scanner.begin();
    const infection = async (): Promise<string | null> => {
      const result = await scan.result();
      return result === 'clean' ? null : result.infectedWith;
    };
    try {
      const measurement = measure(content, bytesMax, onGrowth === undefined ? { scan } : { scan, onGrowth });
      if (!isImage(mediaType)) {
        await upload(key, measurement.stream, signal);
        return { name, mediaType, ...measurement.summary(), infectedWith: await infection() };
      }
      await using image = await imageProcessor.stage(measurement.stream);
      const { sha256: sentSha256, size } = measurement.summary();
      const infectedWith = await infection();
      if (infectedWith !== null) return { name, mediaType, sha256: sentSha256, size, infectedWith };
      const webp = await image.process(purpose, owner);
      if (webp === undefined) return unreadable;
      const webpMeasurement = measure(once(webp), bytesMaxFor(purpose));
      await upload(key, webpMeasurement.stream, signal);
      return { name: webpName(name), mediaType: 'image/webp', ...webpMeasurement.summary(), sentSha256, infectedWith };
    } finally {
      scan.cancel();
    }
  };

  return async ({ onGrowth, ...incoming }, bytesMax, signal) => {
    if (!isArchive(incoming.mediaType))
      return receiveScanned(onGrowth === undefined ? incoming : { ...incoming, onGrowth }, bytesMax, signal);
    const { stream } = measure(incoming.content, bytesMax, onGrowth === undefined ? {} : { onGrowth });
    await using archive = await archives.stage(stream);
    return (
      (await archive.inspect()) ?? (await receiveScanned({ ...incoming, content: archive.content() }, bytesMax, signal))
    );
  };
};
