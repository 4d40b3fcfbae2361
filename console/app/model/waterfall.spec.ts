import { expect } from 'chai';
import { layOut } from './waterfall.ts';
import { ownerOf } from './stream-owner.ts';

const at = (offsetMs: number) => ({ offsetMs });

describe('drawing what one request led to', () => {
  it('places events between the first and the last', () => {
    expect(layOut([at(0), at(50), at(100)]).map(({ place }) => place)).to.deep.equal([0, 0.5, 1]);
  });

  it('folds a long gap, and says how much was folded', () => {
    const bars = layOut([at(0), at(2_000), at(86_402_000)]);

    expect(bars.map(({ place }) => place)).to.deep.equal([0, 0.5, 1]);
    expect(bars.map(({ foldedMs }) => foldedMs)).to.deep.equal([0, 0, 86_398_000]);
  });

  it('draws events of one moment, and clocks that disagree', () => {
    expect(layOut([at(0), at(0)]).map(({ place }) => place)).to.deep.equal([0, 0]);
    expect(layOut([at(0), at(10), at(5)]).map(({ place }) => place)).to.deep.equal([0, 1, 1]);
  });
});

describe('finding the service of a stream', () => {
  const categories = [
    { service: 'search', name: 'searchExecution' },
    { service: 'moc-management', name: 'moc' },
    { service: 'moc-management', name: 'operations' },
  ];

  for (const [stream, service] of [
    ['moc-1-2', 'moc-management'],
    ['operations', 'moc-management'],
    ['mocUpload-1', undefined],
  ] as const)
    it(`names ${String(service)} for ${stream}`, () => expect(ownerOf(stream, categories)).to.equal(service));
});
