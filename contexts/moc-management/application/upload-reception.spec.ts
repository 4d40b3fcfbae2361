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
  restarted,
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
const assertAllOrNothing = async (persisted: PersistentState): Promise<'stands' | 'nothing'> => {
  const { state } = await restarted(persisted).runner.load(uploadId);
  const title = (await persisted.titles.read(titleId(ada, 'Crane'))).events.reduce(
    titleDecider.evolve,
    titleDecider.initial,
  );
  const number = (await persisted.setNumbers.read(setNumberId(normaliseSetNumber(UPLOADED_SET)!))).events.reduce(
    setNumberDecider.evolve,
    setNumberDecider.initial,
  );
  if (state.step === 'complete') {
    const moc = (await persisted.mocs.read(state.mocId)).events.reduce(mocDecider.evolve, mocDecider.initial);
    expect(moc).to.include({ status: 'draft', title: 'Crane' });
    expect([title, number]).to.deep.equal(Array(2).fill({ status: 'secured', mocId: state.mocId }));
    expect(new Set(persisted.files.bytes.keys())).to.deep.equal(new Set(state.received.map(({ fileId }) => fileId)));
    expect(persisted.requested.size).to.equal(1);
    return 'stands';
  }
  expect(state.step).to.be.oneOf(['undone', 'not-begun']);
  expect(persisted.files.bytes.size).to.equal(0);
  expect([title.status, number.status]).to.deep.equal(['free', 'free']);
  if ('mocId' in state) expect((await persisted.mocs.read(state.mocId)).revision).to.equal('no-stream');
  return 'nothing';
};

describe('receiveUpload', () => {
  it('files a complete upload', async () => {
    const persisted = persistentState();
    await service(persisted, crashAfter().effect, noon).receive(upload());
    expect(await assertAllOrNothing(persisted)).to.equal('stands');
  });

  it('answers a repeated upload like the first and stores nothing', async () => {
    const persisted = persistentState();
    const { receive } = service(persisted, crashAfter().effect, noon);
    const first = await receive(upload());
    expect(await receive(upload())).to.deep.equal(first);
    expect(persisted.files.bytes.size).to.equal(2);
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
    const persisted = persistentState();
    const { receive } = service(persisted, crashAfter().effect, noon);
    const first = await receive(upload({ parts: withThumbnail() }));
    expect(await receive(upload({ parts: withThumbnail() }))).to.deep.equal(first);
    const other = await receive(upload({ parts: withThumbnail('ship') }));
    expect(isRejection(other) && other.rejected).to.equal('idempotency-key-reused');
    const { events } = await persisted.mocs.read((first as { mocId: string }).mocId);
    const attached = events.flatMap((event) => (event.type === 'FileAttached' ? [event.data.file] : []));
    expect(attached.map(({ name }) => name)).to.deep.equal(['book.pdf', 'bricks.csv', 'developed.webp']);
    expect(JSON.stringify(events)).not.to.include('crane.jpg');
  });

  it('undoes an upload with a refused file', async () => {
    const persisted = persistentState();
    const outcome = await service(persisted, crashAfter().effect, noon).receive(upload({ parts: parts('Crane', '') }));
    expect(outcome).to.include({ step: 'undone', code: 'empty-file', because: 'bricks.csv: The file is empty.' });
    expect(await assertAllOrNothing(persisted)).to.equal('nothing');
  });

  it('undoes an upload whose title is taken and leaves the title with its MOC', async () => {
    const persisted = persistentState();
    const { receive } = service(persisted, crashAfter().effect, noon);
    await receive(upload());
    const outcome = await receive(upload({ uploadId: 'upload-2', parts: parts(' crane ') }));
    expect(outcome).to.include({ step: 'undone', code: 'title-taken' });
    expect(await assertAllOrNothing(persisted)).to.equal('stands');
  });

  it('reads an upload to its end when its title is taken', async () => {
    const { receive } = service(persistentState(), crashAfter().effect, noon);
    await receive(upload());
    const readToTheEnd: string[] = [];
    async function* sent(): AsyncGenerator<UploadPart> {
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
    await receive(upload({ uploadId: 'upload-2', parts: sent() }));
    expect(readToTheEnd).to.deep.equal(['book.pdf', 'bricks.csv']);
  });

  it('undoes an upload of an owner with too many in progress, and accepts it again under the same key', async () => {
    const persisted = persistentState();
    const busy = () => Promise.resolve(reject('too-many-uploads', 'Send it again later.'));
    const refusing = { ...persisted, files: { ...persisted.files, store: busy } };
    const outcome = await service(refusing, crashAfter().effect, noon).receive(upload());
    expect(outcome).to.include({ step: 'undone', code: 'too-many-uploads' });
    await service(persisted, crashAfter().effect, noon).receive(upload());
    expect(await assertAllOrNothing(persisted)).to.equal('stands');
  });

  it('accepts an interrupted upload again under the same key', async () => {
    const persisted = persistentState();
    const { receive } = service(persisted, crashAfter().effect, noon);
    const hangingUp = async function* (): AsyncGenerator<UploadPart> {
      yield* parts();
      throw new Error('gone');
    };
    await receive(upload({ parts: hangingUp() })).catch(() => undefined);
    expect(await assertAllOrNothing(persisted)).to.equal('nothing');
    await receive(upload());
    expect(await assertAllOrNothing(persisted)).to.equal('stands');
  });
});

describe('receiveUpload with a file that is stored already', () => {
  const source = 'direct' as FileId;
  const withSource = async () => {
    const persisted = persistentState();
    const content = (async function* () {
      yield Buffer.from('Part,Color,Quantity');
    })();
    const file = { fileId: source, owner: ada, roles: [], kind: 'parts-list', name: 'direct.csv', content } as const;
    await persisted.files.store(file, upload().cause);
    const created = await service(persisted, crashAfter().effect, noon).receive(upload());
    return { persisted, mocId: (created as { mocId: MocId }).mocId };
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
    const { persisted, mocId } = await withSource();
    const { receive } = service(persisted, crashAfter().effect, noon);
    const first = await receive(attachment(mocId));
    expect(first).to.include({ step: 'complete' });
    await persisted.files.discard(source, upload().cause);
    expect(await receive(attachment(mocId))).to.deep.equal(first);
    const files = await filesOf(persisted, mocId);
    expect(files.map(({ name }) => name)).to.deep.equal(['book.pdf', 'bricks.csv', 'direct.csv']);
    expect(files.at(-1)?.fileId).not.to.equal(source);
    expect(persisted.requested.size).to.equal(2);
    const other = await receive(attachment(mocId, {}, 'another' as FileId));
    expect(isRejection(other) && other.rejected).to.equal('idempotency-key-reused');
  });

  it('is refused when the owner has no such file, and leaves the file of another owner alone', async () => {
    const { persisted, mocId } = await withSource();
    const { receive } = service(persisted, crashAfter().effect, noon);
    const asBob = { owner: 'bob' as UserId, uploadId: 'upload-3' };
    for (const refused of [attachment(mocId, asBob), attachment(mocId, {}, 'unknown' as FileId)])
      expect(await receive(refused)).to.include({ step: 'undone', code: 'file-not-found' });
    expect(persisted.files.bytes.has(source)).to.equal(true);
    expect(await filesOf(persisted, mocId)).to.have.length(2);
  });

  it('leaves all or nothing of the copy, and the file itself, when it crashes after any one effect', async () => {
    const outcomes = new Set<number>();
    for (let deathAt = 1, isOver = false; !isOver; deathAt += 1) {
      const { persisted, mocId } = await withSource();
      const { effect, effects } = crashAfter(deathAt, true);
      await service(persisted, effect, noon)
        .receive(attachment(mocId))
        .catch(() => undefined);
      isOver = effects() < deathAt;
      await restarted(persisted).runner.checkTimeout('upload-2');
      const ids = (await filesOf(persisted, mocId)).map(({ fileId }) => fileId);
      expect(new Set(persisted.files.bytes.keys())).to.deep.equal(new Set([source, ...ids]));
      outcomes.add(ids.length);
    }
    expect(outcomes).to.deep.equal(new Set([2, 3]));
  });
});

describe('receiveUpload in a service that crashes', () => {
  const uninterrupted = async (): Promise<number> => {
    const { effect, effects } = crashAfter();
    await service(persistentState(), effect, noon).receive(upload());
    return effects();
  };

  for (const late of [false, true]) {
    it(`leaves all or nothing when it crashes ${late ? 'after' : 'before'} any one effect`, async () => {
      const outcomes = new Set<string>();
      const last = await uninterrupted();
      for (let deathAt = 1; deathAt <= last; deathAt += 1) {
        const persisted = persistentState();
        const { effect } = crashAfter(deathAt, late);
        await service(persisted, effect, noon)
          .receive(upload())
          .catch(() => undefined);
        await restarted(persisted).runner.checkTimeout(uploadId);
        outcomes.add(await assertAllOrNothing(persisted));
      }
      expect(outcomes).to.deep.equal(new Set(['nothing', 'stands']));
    });
  }

  it('leaves all or nothing when it crashes again while cleaning up', async () => {
    const last = await uninterrupted();
    for (let deathAt = 1; deathAt <= last; deathAt += 1) {
      for (let again = 1; again <= 6; again += 1) {
        const persisted = persistentState();
        await service(persisted, crashAfter(deathAt, true).effect, noon)
          .receive(upload())
          .catch(() => undefined);
        const later = after(noon, RECEIVING_SILENCE_MAX_MS + 1);
        await service(persisted, crashAfter(again).effect, later)
          .runner.checkTimeout(uploadId)
          .catch(() => undefined);
        await restarted(persisted).runner.checkTimeout(uploadId);
        await assertAllOrNothing(persisted);
      }
    }
  });
});
