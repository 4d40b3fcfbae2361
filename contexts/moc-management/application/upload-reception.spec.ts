import { expect } from 'chai';
import { after } from '@lego-moc/kernel/instant';
import { isRejection } from '@lego-moc/kernel/decider';
import { mocDecider } from '../domain/moc.ts';
import { titleDecider } from '../domain/title.ts';
import {
  ada,
  mortality,
  noon,
  parts,
  restarted,
  service,
  upload,
  uploadId,
  withThumbnail,
  world,
  type World,
} from '../testing/mortal-uploads.ts';
import { RECEIVING_SILENCE_MAX_MS } from './processes/moc-upload.ts';
import { titleId } from './titles.ts';
import type { UploadPart } from './upload-reception.ts';

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

  it('knows a picture again of which another one is kept', async () => {
    const remains = world();
    const { receive } = service(remains, mortality().effect, noon);
    const first = await receive(upload({ parts: withThumbnail() }));
    expect(await receive(upload({ parts: withThumbnail() }))).to.deep.equal(first);
    const other = await receive(upload({ parts: withThumbnail('ship') }));
    expect(isRejection(other) && other.rejected).to.equal('idempotency-key-reused');
    const { events } = await remains.mocs.read((first as { mocId: string }).mocId);
    const attached = events.flatMap((event) => (event.type === 'FileAttached' ? [event.data.file] : []));
    expect(attached.map(({ name }) => name)).to.deep.equal(['book.pdf', 'bricks.csv', 'developed.webp']);
    expect(JSON.stringify(events)).not.to.include('crane.jpg');
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
