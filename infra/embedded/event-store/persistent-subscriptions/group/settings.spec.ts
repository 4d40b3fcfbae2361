import { expect } from 'chai';
import { usualSettings } from '../testing/small-world.ts';
import { unusable, type GroupSettings } from './settings.ts';

const judged = (changes: Partial<GroupSettings>) => unusable({ ...usualSettings, ...changes });

describe('judging the settings of a group', () => {
  it('accepts the usual ones', () => {
    expect(judged({})).to.equal(undefined);
  });

  it('refuses a read batch that fills the history buffer', () => {
    expect(judged({ readBatchSize: 20, historyBufferSize: 20 })).to.match(/smaller than the history buffer/);
  });

  it('accepts bounds of the checkpoint that cross', () => {
    expect(judged({ minCheckpointCount: 11, maxCheckpointCount: 10 })).to.equal(undefined);
  });

  it('refuses counts that are none, naming them', () => {
    expect(judged({ messageTimeoutMs: -1 })).to.match(/^messageTimeoutMs/);
    expect(judged({ historyBufferSize: 0 })).to.match(/^historyBufferSize/);
  });
});
