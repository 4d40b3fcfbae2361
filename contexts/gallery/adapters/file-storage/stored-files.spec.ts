import { Readable } from 'node:stream';
import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import type { UserId } from '@lego-moc/kernel/message';
import type { ServiceClient } from '@lego-moc/resilience/http-client';
import type { ImageId } from '../../domain/image-events.ts';
import { storedFiles } from './stored-files.ts';

const imageInfo = { width: 4, height: 3, blurhash: 'LEHV6nWB2yk8', dominantColour: '#ff0000', renditions: [] };
const ids = (count: number): readonly ImageId[] => Array.from({ length: count }, () => newId() as ImageId);

/** Files over a storage service that answers each list of ids like this. */
const filesOver = (answer: (fileIds: readonly string[]) => object) => {
  const failures: unknown[] = [];
  const pages: number[] = [];
  const stream: ServiceClient['stream'] = ({ path }) => {
    const fileIds = new URL(path, 'http://storage.test').searchParams.get('fileIds')?.split(',') ?? [];
    pages.push(fileIds.length);
    return Promise.resolve({
      status: 200,
      headers: {},
      body: Readable.from([Buffer.from(JSON.stringify(answer(fileIds)))]),
    });
  };
  return { failures, pages, files: storedFiles({ stream }, (error) => failures.push(error)) };
};

it('passes on the roles of the owner, which quotas depend on, and whether renditions carry the mark', async () => {
  const paths: string[] = [];
  const stream: ServiceClient['stream'] = ({ path }) => {
    paths.push(path);
    const answer = { type: 'urn:lego-moc:problem:quota-exceeded', detail: 'Full.' };
    return Promise.resolve({ status: 413, headers: {}, body: Readable.from([Buffer.from(JSON.stringify(answer))]) });
  };
  const files = storedFiles({ stream }, () => undefined);
  const image = {
    imageId: newId() as ImageId,
    owner: 'ada' as UserId,
    roles: ['moderator', 'operator'],
    watermark: true,
  };
  const cause = { commandId: newId(), correlationId: newId(), actor: 'ada' };
  const outcome = await files.store({ ...image, name: 'crane.png', content: Readable.from([]) }, cause);
  expect(outcome).to.have.property('rejected', 'quota-exceeded');
  const { searchParams } = new URL(paths[0] ?? '', 'http://storage.test');
  expect(searchParams.get('roles')).to.equal('moderator,operator');
  expect(searchParams.get('watermark')).to.equal('true');
});

describe('previews from file storage', () => {
  it('are processed, failed or pending, in the order of the ids', async () => {
    const [processedId, failedId, pending] = ids(3);
    const { files } = filesOver(() => ({ images: { [processedId ?? '']: imageInfo }, failed: [failedId] }));
    expect(await files.previews([pending, failedId, processedId].filter((id) => id !== undefined))).to.deep.equal([
      { renditions: 'pending' },
      { renditions: 'failed' },
      { renditions: 'processed', image: imageInfo },
    ]);
  });

  it('are asked for in pages of fifty', async () => {
    const { files, pages } = filesOver(() => ({ images: {}, failed: [] }));
    expect(await files.previews(ids(120))).to.have.length(120);
    expect(pages).to.deep.equal([50, 50, 20]);
  });

  it('are unavailable when the answer is none, and the failure is reported', async () => {
    const { files, failures } = filesOver(() => ({ error: 'broken' }));
    expect(await files.previews(ids(2))).to.deep.equal([{ renditions: 'unavailable' }, { renditions: 'unavailable' }]);
    expect(failures).to.have.length(1);
  });

  it('are none of no images, without a call', async () => {
    const { files, pages } = filesOver(() => ({ images: {}, failed: [] }));
    expect([await files.previews([]), pages]).to.deep.equal([[], []]);
  });
});
