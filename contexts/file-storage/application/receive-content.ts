import { reject, type Rejection } from '@lego-moc/kernel/decider';
import { bytesMaxFor, isPicture } from '../domain/acceptance.ts';
import type { ContentKey, Purpose } from '../domain/file-events.ts';
import { observe } from './observe.ts';
import type { ContentStore } from './ports/content-store.ts';
import type { PictureStudio } from './ports/picture-studio.ts';
import type { VirusScanner } from './ports/virus-scanner.ts';

type Bytes = AsyncIterable<Uint8Array>;

/** Content on its way in, and what it was found to be. */
export type Incoming = {
  readonly key: ContentKey;
  readonly purpose: Purpose;
  readonly name: string;
  readonly mediaType: string;
  readonly content: Bytes;
};

/** What is kept of it, as `FileStored` tells. */
export type Received = {
  readonly name: string;
  readonly mediaType: string;
  readonly sha256: string;
  readonly size: number;
  readonly sentSha256?: string;
  readonly infectedWith: string | null;
};

export type ReceiveContent = (
  incoming: Incoming,
  bytesMax: number,
  signal?: AbortSignal,
) => Promise<Received | Rejection<'image-unreadable'>>;

type Needs = {
  readonly contents: ContentStore;
  readonly scanner: VirusScanner;
  readonly studio: PictureStudio;
};

const unreadable = reject(
  'image-unreadable',
  'The picture is broken, or larger than 50 megapixels. Send it as your camera or program saved it, or smaller.',
);

const gathered = async (content: Bytes): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
};

// eslint-disable-next-line @typescript-eslint/require-await -- an async iterable of what is there already
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** So that whoever saves it can open it. */
const namedWebp = (name: string): string =>
  `${name
    .replace(/\.[^.]{1,5}$/u, '')
    .slice(0, 250)
    .toWellFormed()}.webp`;

/**
 * Passes content once through count, hash and scan into the store. Of a picture, what is stored is another one, which
 * shows the same: bytes as a camera wrote them say where and by whom it was taken, and nobody expects them to.
 */
export const receiveContent = ({ contents, scanner, studio }: Needs): ReceiveContent => {
  const put = (key: ContentKey, content: Bytes, signal: AbortSignal | undefined): Promise<void> =>
    contents.put(key, content, signal === undefined ? {} : { signal });

  return async ({ key, purpose, name, mediaType, content }, bytesMax, signal) => {
    const scan = await scanner.begin();
    const infection = async (): Promise<string | null> => {
      const verdict = await scan.verdict();
      return verdict === 'clean' ? null : verdict.infectedWith;
    };
    try {
      const sent = observe(content, bytesMax, scan);
      if (!isPicture(mediaType)) {
        await put(key, sent.passing, signal);
        return { name, mediaType, ...sent.summary(), infectedWith: await infection() };
      }
      const picture = await gathered(sent.passing);
      const { sha256: sentSha256, size } = sent.summary();
      const infectedWith = await infection();
      if (infectedWith !== null) return { name, mediaType, sha256: sentSha256, size, infectedWith };
      const webp = await studio.develop(picture, purpose);
      if (webp === undefined) return unreadable;
      const kept = observe(once(webp), bytesMaxFor(purpose));
      await put(key, kept.passing, signal);
      return { name: namedWebp(name), mediaType: 'image/webp', ...kept.summary(), sentSha256, infectedWith };
    } catch (error) {
      await contents.delete(key);
      throw error;
    } finally {
      scan.abandon();
    }
  };
};
