import { expect } from 'chai';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { commandHandler } from '@lego-moc/kernel/command-handler';
import { after } from '@lego-moc/kernel/clock';
import { isRejection } from '@lego-moc/kernel/decider';
import type { EventStreams } from '@lego-moc/kernel/event-streams';
import type { Instant, UserId } from '@lego-moc/kernel/message';
import { processRunner } from '@lego-moc/kernel/process-runner';
import { mocDecider } from '../domain/moc.ts';
import type { MocEvent } from '../domain/moc-events.ts';
import { titleDecider } from '../domain/title.ts';
import type { TitleEvent } from '../domain/title-events.ts';
import type { FileStore } from './ports/file-store.ts';
import { mocUpload, RECEIVING_SILENCE_MAX_MS } from './processes/moc-upload.ts';
import type { MocUploadEvent } from './processes/moc-upload-events.ts';
import { mocUploadSteps } from './processes/moc-upload-steps.ts';
import { memoryFileStore } from '../testing/memory-file-store.ts';
import { titleId, titles } from './titles.ts';
import { receiveUpload, type Upload, type UploadPart } from './upload-reception.ts';

const ada = 'ada' as UserId;
const noon = '2026-01-01T12:00:00.000Z' as Instant;
const cause = { commandId: '8d1a4d3e-5b0c-5e0e-9b0a-2f6f3a0f1c11', correlationId: 'c-1', actor: ada };
const uploadId = 'upload-1';

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function* parts(title = 'Crane', list = 'Part,Color,Quantity'): AsyncGenerator<UploadPart> {
  yield { field: 'title', value: title };
  yield { kind: 'instruction', name: 'book.pdf', content: bytes('%PDF') };
  yield { kind: 'parts-list', name: 'bricks.csv', content: bytes(list) };
}

const upload = (change: Partial<Upload> = {}): Upload => ({
  uploadId,
  owner: ada,
  parts: parts(),
  intentOf: (fields) => ({
    kind: 'create',
    title: fields.get('title')?.[0] ?? '',
    description: '',
    theme: '',
    tags: [],
  }),
  cause,
  ...change,
});

class Killed extends Error {}

/** Everything that outlives a killed process. */
const world = () => ({
  mocs: inMemoryStreams<MocEvent>('moc', () => noon),
  titles: inMemoryStreams<TitleEvent>('mocTitle', () => noon),
  uploads: inMemoryStreams<MocUploadEvent>('mocUpload', () => noon),
  files: memoryFileStore(),
  requested: new Set<string>(),
});
type World = ReturnType<typeof world>;

/** Counts what leaves the process, and dies at the given one: before it takes effect, or after but before its answer. */
const mortality = (deathAt = Infinity, late = false) => {
  let effects = 0;
  return {
    effects: () => effects,
    effect: async <T>(happen: () => Promise<T>): Promise<T> => {
      effects += 1;
      if (effects > deathAt || (effects === deathAt && !late)) throw new Killed();
      const outcome = await happen();
      if (effects === deathAt) throw new Killed();
      return outcome;
    },
  };
};
type Effect = ReturnType<typeof mortality>['effect'];

const mortalStreams = <E>(streams: EventStreams<E>, effect: Effect): EventStreams<E> => ({
  read: (id) => streams.read(id),
  recorded: (id, from) => streams.recorded(id, from),
  append: (id, events, expected, why) => effect(() => streams.append(id, events, expected, why)),
});

/** The file store is another process: it lives on, but what it is asked may never arrive, or its answer may not. */
const mortalFileStore = ({ files }: World, effect: Effect): FileStore => ({
  store: (file, why) => effect(() => files.store(file, why)),
  discard: (fileId, why) => effect(() => files.discard(fileId, why)),
  downloadUrl: (fileId, name) => files.downloadUrl(fileId, name),
});

/** One process of the service, living on `remains`. */
const service = (remains: World, effect: Effect, now: Instant) => {
  const clock = () => now;
  const mocs = commandHandler(mocDecider, mortalStreams(remains.mocs, effect));
  const titleStreams = mortalStreams(remains.titles, effect);
  const allTitles = titles(commandHandler(titleDecider, titleStreams), titleStreams, clock);
  const files = mortalFileStore(remains, effect);
  const partsReader = {
    request: ({ list }: { list: { jobId: string } }) => effect(async () => void remains.requested.add(list.jobId)),
  };
  const delays: unknown[] = [];
  const steps = mocUploadSteps({
    titles: allTitles,
    mocs,
    files,
    partsReader,
    now: clock,
    onDelay: (_, error) => delays.push(error),
  });
  const streams = mortalStreams(remains.uploads, effect);
  const runner = processRunner(mocUpload, streams, steps, clock);
  return { runner, receive: receiveUpload({ runner, streams, files, titles: allTitles, now: clock }) };
};

const restarted = (remains: World) => service(remains, mortality().effect, after(noon, RECEIVING_SILENCE_MAX_MS + 1));

/** All of it stands, or nothing does. */
const verdict = async (remains: World): Promise<'stands' | 'nothing'> => {
  const { state } = await restarted(remains).runner.look(uploadId);
  const title = (await remains.titles.read(titleId(ada, 'Crane'))).events.reduce(
    titleDecider.evolve,
    titleDecider.initial,
  );
  if (state.step === 'complete') {
    const moc = (await remains.mocs.read(state.mocId)).events.reduce(mocDecider.evolve, mocDecider.initial);
    expect(moc).to.include({ status: 'draft', title: 'Crane' });
    expect(title).to.deep.equal({ status: 'secured', mocId: state.mocId });
    expect(new Set(remains.files.bytes.keys())).to.deep.equal(new Set(state.received.map(({ fileId }) => fileId)));
    expect(remains.requested.size).to.equal(1);
    return 'stands';
  }
  expect(state.step).to.be.oneOf(['undone', 'not-begun']);
  expect(remains.files.bytes.size).to.equal(0);
  expect(title.status).to.equal('free');
  if ('mocId' in state) expect((await remains.mocs.read(state.mocId)).revision).to.equal('no-stream');
  return 'nothing';
};

describe('receiving an upload', () => {
  it('files what was sent', async () => {
    const remains = world();
    await service(remains, mortality().effect, noon).receive(upload());
    expect(await verdict(remains)).to.equal('stands');
  });

  it('answers the same to the same upload sent again, and stores nothing', async () => {
    const remains = world();
    const { receive } = service(remains, mortality().effect, noon);
    const first = await receive(upload());
    expect(await receive(upload())).to.deep.equal(first);
    expect(remains.files.bytes.size).to.equal(2);
  });

  it('refuses another upload under the same key', async () => {
    const { receive } = service(world(), mortality().effect, noon);
    await receive(upload());
    for (const other of [parts('Ship'), parts('Crane', 'something else')]) {
      const outcome = await receive(upload({ parts: other }));
      expect(isRejection(outcome) && outcome.rejected).to.equal('idempotency-key-reused');
    }
  });

  it('keeps nothing of an upload with a file that is refused', async () => {
    const remains = world();
    const outcome = await service(remains, mortality().effect, noon).receive(upload({ parts: parts('Crane', '') }));
    expect(outcome).to.include({ step: 'undone', code: 'empty-file', because: 'bricks.csv: The file is empty.' });
    expect(await verdict(remains)).to.equal('nothing');
  });

  it('keeps nothing when the title is taken, and the title stays where it was', async () => {
    const remains = world();
    const { receive } = service(remains, mortality().effect, noon);
    await receive(upload());
    const outcome = await receive(upload({ uploadId: 'upload-2', parts: parts(' crane ') }));
    expect(outcome).to.include({ step: 'undone', code: 'title-taken' });
    expect(await verdict(remains)).to.equal('stands');
  });

  it('reads all that is sent though the title is taken: who sends waits for that', async () => {
    const { receive } = service(world(), mortality().effect, noon);
    await receive(upload());
    const readToTheEnd: string[] = [];
    async function* sent(): AsyncGenerator<UploadPart> {
      for await (const part of parts()) {
        if ('field' in part) yield part;
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

  it('lets the same upload be tried again once it broke off', async () => {
    const remains = world();
    const { receive } = service(remains, mortality().effect, noon);
    const hangingUp = async function* (): AsyncGenerator<UploadPart> {
      yield* parts();
      throw new Error('gone');
    };
    await receive(upload({ parts: hangingUp() })).catch(() => undefined);
    expect(await verdict(remains)).to.equal('nothing');
    await receive(upload());
    expect(await verdict(remains)).to.equal('stands');
  });
});

describe('a service killed while it receives an upload', () => {
  const uninterrupted = async (): Promise<number> => {
    const { effect, effects } = mortality();
    await service(world(), effect, noon).receive(upload());
    return effects();
  };

  for (const late of [false, true]) {
    it(`leaves all or nothing behind, killed ${late ? 'after' : 'before'} each effect in turn`, async () => {
      const outcomes = new Set<string>();
      const last = await uninterrupted();
      for (let deathAt = 1; deathAt <= last; deathAt += 1) {
        const remains = world();
        const { effect } = mortality(deathAt, late);
        await service(remains, effect, noon)
          .receive(upload())
          .catch(() => undefined);
        await restarted(remains).runner.chase(uploadId);
        outcomes.add(await verdict(remains));
      }
      expect(outcomes).to.deep.equal(new Set(['nothing', 'stands']));
    });
  }

  it('leaves all or nothing behind, killed again while cleaning up', async () => {
    const last = await uninterrupted();
    for (let deathAt = 1; deathAt <= last; deathAt += 1) {
      for (let again = 1; again <= 6; again += 1) {
        const remains = world();
        await service(remains, mortality(deathAt, true).effect, noon)
          .receive(upload())
          .catch(() => undefined);
        const later = after(noon, RECEIVING_SILENCE_MAX_MS + 1);
        await service(remains, mortality(again).effect, later)
          .runner.chase(uploadId)
          .catch(() => undefined);
        await restarted(remains).runner.chase(uploadId);
        await verdict(remains);
      }
    }
  });
});
