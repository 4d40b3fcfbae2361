import { expect } from 'chai';
import { lanesOf } from './lanes.ts';
import { isStuck } from './processes.ts';
import { layOut } from './waterfall.ts';

const event = (stream: string, offsetMs: number) => ({ stream, offsetMs });

describe('lanes of what one request led to', () => {
  it('show each stream once, processes first, with its events on the common scale', () => {
    const bars = layOut([event('moc-1', 0), event('mocUpload-1', 50), event('moc-1', 100)]);
    const lanes = lanesOf(bars, (stream) => stream.startsWith('mocUpload-'));
    expect(lanes.map(({ stream, isProcess }) => [stream, isProcess])).to.deep.equal([
      ['mocUpload-1', true],
      ['moc-1', false],
    ]);
    expect(lanes.map((lane) => lane.bars.map(({ place }) => place))).to.deep.equal([[0.5], [0, 1]]);
  });

  it('mark an instance that has not moved for five minutes', () => {
    const noon = Date.parse('2026-01-01T12:00:00.000Z');
    expect(isStuck('2026-01-01T11:55:00.000Z', noon)).to.equal(false);
    expect(isStuck('2026-01-01T11:54:59.999Z', noon)).to.equal(true);
  });
});
