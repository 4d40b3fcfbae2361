import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import type { FileId } from '../domain/moc-events.ts';
import { memoryFileStore } from '../testing/memory-file-store.ts';
import { fileReception, FILES_AT_ONCE_MAX, SMALL_FILE_BYTES_MAX } from './file-reception.ts';
import type { FileStore, IncomingFile } from './ports/file-store.ts';
import type { MocUploadEvent } from './processes/moc-upload-events.ts';
import { evolveUpload, type MocUpload } from './processes/moc-upload-state.ts';

const cause = { commandId: 'send', correlationId: 'send', actor: 'ada' };

async function* content(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

const file = (name: string, chunks: readonly Uint8Array[] = [Buffer.from(name)]): IncomingFile => ({
  fileId: name as FileId,
  owner: 'ada' as UserId,
  roles: [],
  kind: 'parts-list',
  name,
  content: content(chunks),
});

const receiving = (custom?: FileStore['store']) => {
  const memory = memoryFileStore();
  const store: FileStore['store'] = custom ?? ((incoming, because) => memory.store(incoming, because));
  const events: MocUploadEvent[] = [];
  let upload: MocUpload = evolveUpload({ step: 'not-begun' }, {
    type: 'UploadBegun',
    data: { mocId: 'moc', owner: 'ada', begunAt: '2026-01-01T12:00:00.000Z' },
  } as MocUploadEvent);
  let storing = 0;
  let mostAtOnce = 0;
  const counting: FileStore['store'] = async (incoming, because) => {
    storing += 1;
    mostAtOnce = Math.max(mostAtOnce, storing);
    try {
      return await store(incoming, because);
    } finally {
      storing -= 1;
    }
  };
  const append = (newEvents: readonly MocUploadEvent[]): Promise<MocUpload> => {
    events.push(...newEvents);
    upload = newEvents.reduce(evolveUpload, upload);
    return Promise.resolve(upload);
  };
  const reception = fileReception({ ...memory, store: counting }, append, cause);
  return { ...reception, events, storing: () => storing, mostAtOnce: () => mostAtOnce };
};

const receivedNames = (events: readonly MocUploadEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'FileReceived' ? [event.data.file.name] : []));

describe('fileReception', () => {
  it(`stores ${String(FILES_AT_ONCE_MAX)} small files at once and records all in the order in which they came`, async () => {
    const { receive, flush, events, mostAtOnce } = receiving();
    const names = Array.from({ length: 2 * FILES_AT_ONCE_MAX + 1 }, (_, number) => `${String(number)}.csv`);
    for (const name of names) await receive(file(name));
    await flush();
    expect(mostAtOnce()).to.equal(FILES_AT_ONCE_MAX);
    expect(receivedNames(events)).to.deep.equal(names);
  });

  it('announces every file before a byte of it is stored', async () => {
    const announcedAtStore: boolean[] = [];
    const memory = memoryFileStore();
    const { receive, flush, events } = receiving((incoming, because) => {
      const isAnnounced = events.some(({ type, data }) => type === 'FileAnnounced' && data.fileId === incoming.fileId);
      announcedAtStore.push(isAnnounced);
      return memory.store(incoming, because);
    });
    for (const name of ['a.csv', 'b.csv']) await receive(file(name));
    await flush();
    expect(announcedAtStore).to.deep.equal([true, true]);
  });

  it('passes a large file on whole while it arrives, after the small ones before it', async () => {
    const memory = memoryFileStore();
    const { receive, events } = receiving((incoming, because) => memory.store(incoming, because));
    const chunks = [Buffer.alloc(SMALL_FILE_BYTES_MAX, 1), Buffer.from('x'), Buffer.from('the rest')];
    await receive(file('small.csv'));
    await receive(file('large.csv', chunks));
    expect(receivedNames(events)).to.deep.equal(['small.csv', 'large.csv']);
    expect(memory.bytes.get('large.csv' as FileId)?.equals(Buffer.concat(chunks))).to.equal(true);
  });

  it('names the refused file among those stored at once', async () => {
    const { receive, flush } = receiving();
    await receive(file('good.csv'));
    await receive(file('empty.csv', []));
    expect(await flush()).to.deep.equal({
      rejected: 'empty-file',
      because: 'empty.csv: The file is empty.',
      kind: 'parts-list',
    });
  });

  it('waits for the other files when one cannot be stored', async () => {
    const memory = memoryFileStore();
    const { receive, flush, storing } = receiving(async (incoming, because) => {
      if (incoming.name === 'a.csv') throw new Error('file storage is down');
      await new Promise(setImmediate);
      return memory.store(incoming, because);
    });
    for (const name of ['a.csv', 'b.csv']) await receive(file(name));
    const error = await flush().catch((reason: unknown) => reason);
    expect(error).to.be.an('error').with.property('message', 'file storage is down');
    expect(storing()).to.equal(0);
  });
});
