import { expect } from 'chai';
import type { UserId } from '@lego-moc/kernel/message';
import { unreadableEvents } from './unreadable-events.ts';

const ada = 'ada' as UserId;

describe('counting unreadable events', () => {
  it('counts and logs each event once', () => {
    const lines: unknown[] = [];
    const events = unreadableEvents({ warn: (_message, context) => lines.push(context) });
    for (const revision of [0n, 1n, 0n]) events.note(ada, revision);
    expect(events.count()).to.equal(2);
    expect(lines).to.deep.equal([
      { userId: 'ada', revision: '0' },
      { userId: 'ada', revision: '1' },
    ]);
  });

  it('stops at its limit', () => {
    const events = unreadableEvents({ warn: () => undefined }, 2);
    for (const revision of [0n, 1n, 2n]) events.note(ada, revision);
    expect(events.count()).to.equal(2);
  });
});
