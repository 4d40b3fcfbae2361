import { expect } from 'chai';
import { newId } from '@lego-moc/application/new-id';
import { inMemoryStreams } from '@lego-moc/event-store/in-memory-streams';
import { latestRow } from '@lego-moc/read-models/latest-row';
import type { InterestEvent } from '../../domain/interests.ts';
import { now } from '../../testing/api-for-tests.ts';
import { mocInterests } from './moc-interests.ts';

const interestShown = (kind: 'like' | 'follow', target: string): InterestEvent => ({
  type: 'InterestShown',
  data: { kind, target, shownAt: now() },
});

describe('the read model of interests', () => {
  it('has the targets of each kind, without those withdrawn, and no row of an erased user', async () => {
    const streams = inMemoryStreams<InterestEvent>('mocInterests', now);
    const row = latestRow(mocInterests, streams);
    const append = async (events: readonly InterestEvent[], revision: bigint | 'no-stream') =>
      streams.append('ada', events, revision, { commandId: newId(), correlationId: newId(), actor: 'ada' });

    const withdrawn: InterestEvent = { type: 'InterestWithdrawn', data: { kind: 'like', target: 'crane' } };
    await append(
      [interestShown('like', 'crane'), interestShown('like', 'boat'), interestShown('follow', 'bob'), withdrawn],
      'no-stream',
    );
    expect(await row('ada')).to.deep.include({ like: ['boat'], bookmark: [], follow: ['bob'] });

    await append([{ type: 'InterestsErased', data: { erasedAt: now() } }], 3n);
    expect(await row('ada')).to.equal(undefined);
  });
});
