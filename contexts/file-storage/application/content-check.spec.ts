import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { photograph } from '@lego-moc/testing/sample-images';
import type { ContentKey, FileId } from '../domain/file-events.ts';
import { contentKeyOf, type StoredState } from '../domain/file.ts';
import { serviceForTests, someCause, type ServiceForTests } from '../testing/service-for-tests.ts';
import { checkContents } from './content-check.ts';

const bytes = (text: string) => [Buffer.from(text)] as unknown as AsyncIterable<Uint8Array>;

describe('comparing stored contents with their events', function () {
  this.timeout(60_000);
  let service: ServiceForTests;
  let files: Map<string, StoredState>;

  beforeEach(async () => {
    service = await serviceForTests();
    files = new Map();
  });

  const store = async (content: Uint8Array, purpose: string): Promise<StoredState> => {
    const fileId = newId() as FileId;
    const query = new URLSearchParams({ fileId, owner: 'ada', purpose, name: 'a.csv' });
    const body = new Uint8Array(content);
    await fetch(`${service.url}/internal/v1/upload?${String(query)}`, { method: 'POST', body });
    await service.process(fileId, someCause());
    const file = await service.load(fileId);
    if (file.status !== 'stored') throw new Error('It is not stored');
    files.set(fileId, file);
    return file;
  };
  const check = () => checkContents({ files }, service.objects);

  it('finds nothing in what was stored, with the renditions of an image, and reads shared content once', async () => {
    await store(Buffer.from('Part,Color\n3001,4\n'), 'parts-list');
    await store(Buffer.from('Part,Color\n3001,4\n'), 'parts-list');
    await store(await photograph(100, 100), 'thumbnail');
    expect(await check()).to.deep.equal({ contentCount: 4, corrupt: [] });
  });

  it('finds a content and a rendition that were changed, and not one that is missing', async () => {
    const list = await store(Buffer.from('Part,Color\n3001,4\n'), 'parts-list');
    const goneList = await store(Buffer.from('Part,Color\n3001,5\n'), 'parts-list');
    const { fileId } = await store(await photograph(100, 100), 'thumbnail');
    const rendition = `${fileId}/rendition-200` as ContentKey;
    await service.objects.put(contentKeyOf(list), bytes('Part,Color\n3001,9\n'));
    await service.objects.put(rendition, bytes('no image'));
    await service.objects.delete(contentKeyOf(goneList));
    expect(await check()).to.deep.equal({ contentCount: 4, corrupt: [contentKeyOf(list), rendition] });
  });
});
