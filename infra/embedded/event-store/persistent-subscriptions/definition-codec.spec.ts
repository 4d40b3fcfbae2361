import { expect } from 'chai';
import { decodeDefinitions, encodeDefinitions } from './definition-codec.ts';
import { ALL, type GroupDefinition } from './group-definition.ts';
import { usualSettings } from './testing/small-world.ts';

const ofStream: GroupDefinition = {
  stream: 'orders-1',
  name: 'readers',
  settings: { ...usualSettings, strategy: 'Pinned', extraStatistics: true, maxSubscriberCount: 3 },
  startFrom: 7n,
  after: 6n,
  filter: undefined,
};

const ofAll: GroupDefinition = {
  stream: ALL,
  name: 'watchers',
  settings: usualSettings,
  startFrom: 'end',
  after: 912n,
  filter: { on: 'event-type', matching: { regex: '^Alarm' } },
};

const byPrefix: GroupDefinition = {
  ...ofAll,
  name: 'others',
  filter: { on: 'stream-name', matching: { prefixes: ['a', 'b'] } },
};

const encodedJson = (...definitions: GroupDefinition[]): unknown =>
  JSON.parse(encodeDefinitions(definitions, '2026-01-01T12:00:00.000Z', 'admin'));

describe('storing the definitions of groups', () => {
  it('decodes the definitions that were encoded', () => {
    const definitions = [ofStream, ofAll, byPrefix];
    expect(decodeDefinitions(encodedJson(...definitions))).to.deep.equal(definitions);
  });

  it('writes positions as EventStoreDB does', () => {
    expect(encodedJson(ofStream, ofAll)).to.have.nested.property('entries[0].startPosition', '7');
    expect(encodedJson(ofStream, ofAll)).to.have.nested.property('entries[1].startPosition', 'C:-1/P:-1');
  });

  it('skips malformed entries', () => {
    const { entries } = encodedJson(ofStream) as { entries: object[] };
    const malformedEntries = [
      {},
      null,
      7,
      { ...entries[0], messageTimeout: 'soon' },
      { ...entries[0], namedConsumerStrategy: 'Best' },
    ];
    expect(decodeDefinitions({ entries: [...malformedEntries, ...entries] })).to.deep.equal([ofStream]);
  });

  it('decodes any other value as no groups', () => {
    for (const config of [undefined, null, 'text', [], { entries: 'none' }])
      expect(decodeDefinitions(config)).to.deep.equal([]);
  });
});
