import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { type EventLog, type ProposedEvent } from './event-log.ts';
import { openEventLog } from './open-event-log.ts';
import { encodeFrame, readFrames } from './write-ahead-frames.ts';
import { openWriteAheadLog, WRITE_AHEAD_BYTES } from './write-ahead-log.ts';

const record = (text: string): Buffer => Buffer.from(text);
const texts = (frames: ReturnType<typeof readFrames>): string[][] =>
  frames.map(({ records }) => records.map((bytes) => bytes.toString()));

describe('a write-ahead log', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'write-ahead-spec-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const path = () => join(directory, 'write-ahead.log');

  /** As after a power failure: nothing of this boot is known. */
  const forgetBoot = (): void => {
    const content = readFileSync(path());
    content.fill(0, 4, 20);
    writeFileSync(path(), content);
  };
  const reopenLog = () => {
    const log = openWriteAheadLog(directory);
    log.close();
    return texts(log.earlierFrames);
  };

  it('returns the appended records, in order', async () => {
    const log = openWriteAheadLog(directory);
    await log.append(0, [record('one'), record('two')]);
    await log.append(6, [record('three')]);
    log.close();
    expect(reopenLog()).to.deep.equal([['one', 'two'], ['three']]);
  });

  it('ignores bytes behind the last frame', async () => {
    const log = openWriteAheadLog(directory);
    await log.append(0, [record('one')]);
    await log.append(3, [record('two')]);
    log.restart();
    await log.append(6, [record('six')]);
    log.close();
    expect(reopenLog()).to.deep.equal([['six']]);
  });

  it('drops a frame that was written but not committed, unless the system went down, too', async () => {
    const log = openWriteAheadLog(directory);
    await log.append(0, [record('one')]);
    await log.append(3, [record('two')]);
    log.close();
    const content = readFileSync(path());
    const second = content.indexOf('two') - 4 - 17;
    content[second] = 0;
    writeFileSync(path(), content);
    if (process.platform === 'linux') expect(reopenLog()).to.deep.equal([['one']]);
    forgetBoot();
    expect(reopenLog()).to.deep.equal([['one'], ['two']]);
    expect(reopenLog(), 'once taken, it stays').to.deep.equal([['one'], ['two']]);
  });

  describe('that is damaged', () => {
    const headerOf = (content: Buffer, text: string): number => content.indexOf(text) - 4 - 17;
    /** The records that are left of three, and the lost position, when the system starts again after `spoil`. */
    const reopenSpoiled = async (spoil: (content: Buffer) => Buffer | undefined) => {
      const log = openWriteAheadLog(directory);
      for (const [index, text] of ['one', 'two', 'six'].entries()) await log.append(3 * index, [record(text)]);
      log.close();
      const content = readFileSync(path());
      writeFileSync(path(), spoil(content) ?? content);
      forgetBoot();
      const { earlierFrames, lostPosition, close } = openWriteAheadLog(directory);
      close();
      return { records: texts(earlierFrames), lostPosition };
    };
    const flip = (content: Buffer, at: number): void => void (content[at] = (content[at] ?? 0) ^ 0x40);

    it('drops a frame that was torn before it was committed', async () => {
      const outcome = await reopenSpoiled((content) => {
        content[headerOf(content, 'six')] = 0;
        flip(content, content.indexOf('six'));
        return undefined;
      });
      expect(outcome).to.deep.equal({ records: [['one'], ['two']], lostPosition: undefined });
    });

    it('returns damaged records, which their own checksums reveal', async () => {
      const outcome = await reopenSpoiled((content) => {
        for (const text of ['one', 'six']) flip(content, content.indexOf(text));
        return undefined;
      });
      expect(outcome).to.deep.equal({ records: [['/ne'], ['two'], ['3ix']], lostPosition: undefined });
    });

    it('keeps a frame whose commit lost a bit', async () => {
      const { records } = await reopenSpoiled((content) => {
        flip(content, headerOf(content, 'six'));
        return undefined;
      });
      expect(records).to.deep.equal([['one'], ['two'], ['six']]);
    });

    for (const [part, offset] of [
      ['length', 6],
      ['position', 12],
    ] as const) {
      it(`reports a loss when the ${part} of a frame is damaged`, async () => {
        for (const [text, records] of [
          ['two', [['one']]],
          ['six', [['one'], ['two']]],
        ] as const) {
          rmSync(path(), { force: true });
          const outcome = await reopenSpoiled((content) => {
            flip(content, headerOf(content, text) + offset);
            return undefined;
          });
          expect(outcome.records).to.deep.equal(records);
          expect(outcome.lostPosition).to.be.a('number');
        }
      });
    }

    it('reports a loss when the file was cut within a frame', async () => {
      const outcome = await reopenSpoiled((content) => content.subarray(0, content.indexOf('six') + 1));
      expect(outcome.records).to.deep.equal([['one'], ['two']]);
      expect(outcome.lostPosition).to.be.a('number');
    });

    it('reports no loss when the file was cut behind the last frame', async () => {
      const outcome = await reopenSpoiled((content) => content.subarray(0, content.indexOf('six') + 50));
      expect(outcome).to.deep.equal({ records: [['one'], ['two'], ['six']], lostPosition: undefined });
    });
  });

  it('reports room up to its size and no more', () => {
    const log = openWriteAheadLog(directory);
    expect(log.hasRoom([Buffer.alloc(WRITE_AHEAD_BYTES - 100)])).to.equal(true);
    expect(log.hasRoom([Buffer.alloc(WRITE_AHEAD_BYTES)])).to.equal(false);
    log.close();
  });

  it('returns whole frames only, wherever writing stopped', () => {
    const lists = fc.array(
      fc.array(
        fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
        { minLength: 1, maxLength: 4 },
      ),
    );
    fc.assert(
      fc.property(lists, fc.nat(), fc.nat(), (groups, salt, cut) => {
        let from = 0;
        const frames = groups.map((records) => {
          const frame = encodeFrame(from, records, salt);
          from += records.reduce((sum, { length }) => sum + length, 0);
          return frame;
        });
        const whole = Buffer.concat(frames);
        const at = whole.length === 0 ? 0 : cut % (whole.length + 1);
        const content = Buffer.concat([whole.subarray(0, at), Buffer.alloc(64)]);
        const readableFrames = readFrames(content, salt, false);
        let end = 0;
        const expected = groups.filter((_, index) => (end += frames[index]?.length ?? 0) <= at);
        // A frame whose missing end was zero anyway is whole.
        expect(readableFrames.length).to.be.within(expected.length, expected.length + 1);
        expect(readableFrames.slice(0, expected.length).map(({ records }) => records)).to.deep.equal(expected);
      }),
    );
  });
});

describe('an event log that is killed', () => {
  const event = (): ProposedEvent => ({
    id: crypto.randomUUID(),
    type: 'Happened',
    contentType: 'application/json',
    data: Buffer.from('{}'),
    metadata: new Uint8Array(),
  });
  const idsOf = (log: EventLog) => log.readAll(0n, 'forwards', 1_000).map(({ id }) => id);

  it('restores events, metadata, deletions and retries on the next start, and accepts more', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'killed-spec-'));
    const log = await openEventLog({ path: join(directory, 'alive') });
    const first = event();
    for (let index = 0; index < 20; index += 1) await log.append(`moc-${index % 3}`, 'any', [event(), event()]);
    await log.append('moc-1', 39n, [first]);
    await log.append('moc-9', 'no-stream', [first]);
    await log.softDelete('moc-2', 'any');
    await log.tombstone('moc-0', 'any');
    cpSync(join(directory, 'alive'), join(directory, 'killed'), { recursive: true });

    const again = await openEventLog({ path: join(directory, 'killed') });
    expect(idsOf(again)).to.deep.equal(idsOf(log));
    expect(again.lastPosition()).to.equal(log.lastPosition());
    expect(again.readAll(1n << 60n, 'backwards', 50)).to.deep.equal(log.readAll(1n << 60n, 'backwards', 50));
    for (const stream of ['moc-0', 'moc-1', 'moc-2', 'moc-9']) {
      expect(again.state(stream)).to.deep.equal(log.state(stream));
      expect(again.readStream(stream, 3n, 'forwards', 99)).to.deep.equal(log.readStream(stream, 3n, 'forwards', 99));
    }
    expect(await again.append('moc-9', 'no-stream', [first])).to.deep.equal(
      await log.append('moc-9', 'no-stream', [first]),
    );
    await again.append('moc-7', 'no-stream', [event()]);
    expect(idsOf(again)).to.have.length(idsOf(log).length + 1);
    await Promise.all([log.close(), again.close()]);
    rmSync(directory, { recursive: true });
  });

  it('reads in both directions across tables and write-ahead log', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'border-spec-'));
    const log = await openEventLog({ path: directory });
    const large = (): ProposedEvent => ({ ...event(), data: Buffer.alloc(900_000, 'x') });
    for (let index = 0; index < 9; index += 1) {
      await log.append('moc-1', 'any', [index % 4 === 1 ? large() : event()]);
      await log.append('moc-2', 'any', [event()]);
      const forwards = log.readAll(0n, 'forwards', 100);
      expect(forwards).to.have.length(2 * index + 2);
      expect(log.readAll(1n << 60n, 'backwards', 100).reverse()).to.deep.equal(forwards);
      for (const { position } of forwards) {
        const after = forwards.filter((other) => other.position >= position);
        expect(log.readAll(position, 'forwards', 100)).to.deep.equal(after);
        expect(log.readAll(position, 'backwards', 3)).to.deep.equal(
          forwards
            .filter((other) => other.position < position)
            .reverse()
            .slice(0, 3),
        );
      }
      expect(log.readStream('moc-1', 0n, 'forwards', 100)).to.have.length(index + 1);
    }
    await log.close();
    rmSync(directory, { recursive: true });
  });
});
