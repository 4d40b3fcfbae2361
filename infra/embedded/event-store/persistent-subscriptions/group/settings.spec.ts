import { expect } from 'chai';
import { usualSettings } from '../testing/small-world.ts';
import { unusable, type GroupSettings } from './settings.ts';

const faultOf = (changes: Partial<GroupSettings>) => unusable({ ...usualSettings, ...changes });

describe('checking the settings of a group', () => {
  it('accepts usual settings', () => {
    expect(faultOf({})).to.equal(undefined);
  });

  it('rejects a read batch as large as the history buffer', () => {
    expect(faultOf({ readBatchSize: 20, historyBufferSize: 20 })).to.match(/smaller than the history buffer/);
  });

  it('accepts a lower bound of the checkpoint above the upper bound', () => {
    expect(faultOf({ minCheckpointCount: 11, maxCheckpointCount: 10 })).to.equal(undefined);
  });

  it('rejects a negative timeout and an empty buffer, and names the setting', () => {
    expect(faultOf({ messageTimeoutMs: -1 })).to.match(/^messageTimeoutMs/);
    expect(faultOf({ historyBufferSize: 0 })).to.match(/^historyBufferSize/);
  });
});
