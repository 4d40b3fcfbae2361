import { expect } from 'chai';
import { after } from '@lego-moc/kernel/instant';
import { isRejection, reject } from '@lego-moc/kernel/decider';
import type { UserId } from '@lego-moc/kernel/message';
import type { FileId, MocId } from '../domain/moc-events.ts';
import { mocDecider } from '../domain/moc.ts';
import { normaliseSetNumber, setNumberDecider } from '../domain/set-number.ts';
import { titleDecider } from '../domain/title.ts';
import {
  ada,
  crashAfter,
  noon,
  parts,
  restart,
  service,
  upload,
  uploadId,
  UPLOADED_SET,
  withThumbnail,
  persistentState,
  type PersistentState,
} from '../testing/crashing-uploads.ts';
import { RECEIVING_SILENCE_MAX_MS } from './processes/moc-upload.ts';
import { setNumberId, titleId } from './titles.ts';
import type { Upload, UploadPart } from './upload-reception.ts';

/** Asserts that the upload is complete or left nothing behind; returns which. */
const assertAllOrNothing = async (storage: PersistentState): Promise<'stands' | 'nothing'> => {
  const { state } = await restart(storage).runner.load(uploadId);
  const title = (await storage.titles.read(titleId(ada, 'Crane'))).events.reduce(
    titleDecider.evolve,
    titleDecider.initial,
  );
  const number = (await storage.setNumbers.read(setNumberId(normaliseSetNumber(UPLOADED_SET)!))).events.reduce(
    setNumberDecider.evolve,
    setNumberDecider.initial,
  );
  if (state.step === 'complete') {
    const moc = (await storage.mocs.read(state.mocId)).events.reduce(mocDecider.evolve, mocDecider.initial);
    expect(moc).to.include({ status: 'draft', title: 'Crane' });
    expect([title, number]).to.deep.equal(Array(2).fill({ status: 'secured', mocId: state.mocId }));
    expect(new Set(storage.files.bytes.keys())).to.deep.equal(new Set(state.receivedFiles.map(({ fileId }) => fileId)));
    expect(storage.requested.size).to.equal(1);
    return 'stands';
  }
  expect(state.step).to.be.oneOf(['undone', 'not-begun']);
  expect(storage.files.bytes.size).to.equal(0);
  expect([title.status, number.status]).to.deep.equal(['free', 'free']);
  if ('mocId' in state) expect((await storage.mocs.read(state.mocId)).revision).to.equal('no-stream');
  return 'nothing';
};

describe('receiveUpload', () => {
  it('files a complete upload', async () => {
    const storage = persistentState();
    await service(storage, crashAfter().effect, noon).receive(upload());
    expect(await assertAllOrNothing(storage)).to.equal('stands');
  });

  it('answers a repeated upload like the first and stores nothing', async () => {
    const storage = persistentState();
    const { receive } = service(storage, crashAfter().effect, noon);
    const first = await receive(upload());
    expect(await receive(upload())).to.deep.equal(first);
    expect(storage.files.bytes.size).to.equal(2);
  });

  it('rejects another upload under the same idempotency key', async () => {
    const { receive } = service(persistentState(), crashAfter().effect, noon);
    await receive(upload());
    for (const other of [parts('Ship'), parts('Crane', 'something else')]) {
      const outcome = await receive(upload({ parts: other }));
      expect(isRejection(outcome) && outcome.rejected).to.equal('idempotency-key-reused');
    }
  });

  it('recognises a repeated image by its original, though its WebP is stored', async () => {
    const storage = persistentState();
    const { receive } = service(storage, crashAfter().effect, noon);
    const first = await receive(upload({ parts: withThumbnail() }));
    expect(await receive(upload({ parts: withThumbnail() }))).to.deep.equal(first);
    const other = await receive(upload({ parts: withThumbnail('ship') }));
    expect(isRejection(other) && other.rejected).to.equal('idempotency-key-reused');
    const { events } = await storage.mocs.read((first as { mocId: string }).mocId);
    const attachedFiles = events.flatMap((event) => (event.type === 'FileAttached' ? [event.data.file] : []));
    expect(attachedFiles.map(({ name }) => name)).to.deep.equal(['book.pdf', 'bricks.csv', 'developed.webp']);
    expect(JSON.stringify(events)).not.to.include('crane.jpg');
  });

  it('undoes an upload with a refused file', async () => {
    const storage = persistentState();
    const outcome = await service(storage, crashAfter().effect, noon).receive(upload({ parts: parts('Crane', '') }));
    expect(outcome).to.include({ step: 'undone', code: 'empty-file', because: 'bricks.csv: The file is empty.' });
    expect(await assertAllOrNothing(storage)).to.equal('nothing');
  });

  it('undoes an upload whose title is taken and leaves the title with its MOC', async () => {
    const storage = persistentState();
    const { receive } = service(storage, crashAfter().effect, noon);
    await receive(upload());
    const outcome = await receive(upload({ uploadId: 'upload-2', parts: parts(' crane ') }));
    expect(outcome).to.include({ step: 'undone', code: 'title-taken' });
    expect(await assertAllOrNothing(storage)).to.equal('stands');
  });

  it('reads an upload to its end when its title is taken', async () => {
    const { receive } = service(persistentState(), crashAfter().effect, noon);
    await receive(upload());
    const readToTheEnd: string[] = [];
    async function* sendParts(): AsyncGenerator<UploadPart> {
      for await (const part of parts()) {
        if (!('content' in part)) yield part;
        else {
          const { name } = part;
          const content = (async function* (): AsyncGenerator<Uint8Array> {
            yield Buffer.from('%PDF');
            readToTheEnd.push(name);
          })();
          yield { ...part, content };
        }
      }
    }
    await receive(upload({ uploadId: 'upload-2', parts: sendParts() }));
    expect(readToTheEnd).to.deep.equal(['book.pdf', 'bricks.csv']);
  });

  it('undoes an upload of an owner with too many in progress, and accepts it again under the same key', async () => {
    const storage = persistentState();
    const busy = () => Promise.resolve(reject('too-many-uploads', 'Send it again later.'));
    const refusing = { ...storage, files: { ...storage.files, store: busy } };
    const outcome = await service(refusing, crashAfter().effect, noon).receive(upload());
    expect(outcome).to.include({ step: 'undone', code: 'too-many-uploads' });
    await service(storage, crashAfter().effect, noon).receive(upload());
    expect(await assertAllOrNothing(storage)).to.equal('stands');
  });

  it('accepts an interrupted upload again under the same key', async () => {
    const storage = persistentState();
    const { receive } = service(storage, crashAfter().effect, noon);
    const hangingUp = async function* (): AsyncGenerator<UploadPart> {
      yield* parts();
      throw new Error('gone');
    };
    await receive(upload({ parts: hangingUp() })).catch(() => undefined);
    expect(await assertAllOrNothing(storage)).to.equal('nothing');
    await receive(upload());
    expect(await assertAllOrNothing(storage)).to.equal('stands');
  });
});

describe('receiveUpload with a file that is stored already', () => {
  const source = 'direct' as FileId;
  const withSource = async () => {
    const storage = persistentState();
    const content = (async function* () {
      yield Buffer.from('Part,Color,Quantity');
    })();
    const file = { fileId: source, owner: ada, roles: [], kind: 'parts-list', name: 'direct.csv', content } as const;
    await storage.files.store(file, upload().cause);
    const outcome = await service(storage, crashAfter().effect, noon).receive(upload());
    return { storage, mocId: (outcome as { mocId: MocId }).mocId };
  };
  const attachment = (mocId: MocId, change: Partial<Upload> = {}, from = source): Upload =>
    upload({
      uploadId: 'upload-2',
      mocId,
      parts: (async function* () {
        yield { source: from };
      })(),
      intentOf: () => ({ kind: 'add', partsListTitle: '', source: from }),
      ...change,
    });
  const filesOf = async ({ mocs }: PersistentState, mocId: MocId) => {
    const moc = (await mocs.read(mocId)).events.reduce(mocDecider.evolve, mocDecider.initial);
    return 'files' in moc ? moc.files : [];
  };

  it('attaches a copy of it and has it read, once for the same request', async () => {
    const { storage, mocId } = await withSource();
    const { receive } = service(storage, crashAfter().effect, noon);
    const first = await receive(attachment(mocId));
    expect(first).to.include({ step: 'complete' });
    await storage.files.discard(source, upload().cause);
    expect(await receive(attachment(mocId))).to.deep.equal(first);
    const files = await filesOf(storage, mocId);
    expect(files.map(({ name }) => name)).to.deep.equal(['book.pdf', 'bricks.csv', 'direct.csv']);
    expect(files.at(-1)?.fileId).not.to.equal(source);
    expect(storage.requested.size).to.equal(2);
    const other = await receive(attachment(mocId, {}, 'another' as FileId));
    expect(isRejection(other) && other.rejected).to.equal('idempotency-key-reused');
  });

  it('is refused when the owner has no such file, and leaves the file of another owner alone', async () => {
    const { storage, mocId } = await withSource();
    const { receive } = service(storage, crashAfter().effect, noon);
    const asBob = { owner: 'bob' as UserId, uploadId: 'upload-3' };
    for (const request of [attachment(mocId, asBob), attachment(mocId, {}, 'unknown' as FileId)])
      expect(await receive(request)).to.include({ step: 'undone', code: 'file-not-found' });
    expect(storage.files.bytes.has(source)).to.equal(true);
    expect(await filesOf(storage, mocId)).to.have.length(2);
  });

  it('leaves all or nothing of the copy, and the file itself, when it crashes after any one effect', async () => {
    const outcomes = new Set<number>();
    for (let deathAt = 1, isOver = false; !isOver; deathAt += 1) {
      const { storage, mocId } = await withSource();
      const { effect, effects } = crashAfter(deathAt, true);
      await service(storage, effect, noon)
        .receive(attachment(mocId))
        .catch(() => undefined);
      isOver = effects() < deathAt;
      await restart(storage).runner.checkTimeout('upload-2');
      const ids = (await filesOf(storage, mocId)).map(({ fileId }) => fileId);
      expect(new Set(storage.files.bytes.keys())).to.deep.equal(new Set([source, ...ids]));
      outcomes.add(ids.length);
    }
    expect(outcomes).to.deep.equal(new Set([2, 3]));
  });
});

describe('receiveUpload in a service that crashes', () => {
  const countEffects = async (): Promise<number> => {
    const { effect, effects } = crashAfter();
    await service(persistentState(), effect, noon).receive(upload());
    return effects();
  };

  for (const late of [false, true]) {
    it(`leaves all or nothing when it crashes ${late ? 'after' : 'before'} any one effect`, async () => {
      const outcomes = new Set<string>();
      const last = await countEffects();
      for (let deathAt = 1; deathAt <= last; deathAt += 1) {
        const storage = persistentState();
        const { effect } = crashAfter(deathAt, late);
        await service(storage, effect, noon)
          .receive(upload())
          .catch(() => undefined);
        await restart(storage).runner.checkTimeout(uploadId);
        outcomes.add(await assertAllOrNothing(storage));
      }
      expect(outcomes).to.deep.equal(new Set(['nothing', 'stands']));
    });
  }

  it('leaves all or nothing when it crashes again while cleaning up', async () => {
    const last = await countEffects();
    for (let deathAt = 1; deathAt <= last; deathAt += 1) {
      for (let again = 1; again <= 6; again += 1) {
        const storage = persistentState();
        await service(storage, crashAfter(deathAt, true).effect, noon)
          .receive(upload())
          .catch(() => undefined);
        const later = after(noon, RECEIVING_SILENCE_MAX_MS + 1);
        await service(storage, crashAfter(again).effect, later)
          .runner.checkTimeout(uploadId)
          .catch(() => undefined);
        await restart(storage).runner.checkTimeout(uploadId);
        await assertAllOrNothing(storage);
      }
    }
  });
});
