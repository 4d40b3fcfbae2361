import { expect } from 'chai';
import type { EventLog } from '../storage/event-log.ts';
import { openEventLog } from '../storage/open-event-log.ts';
import { writeSystemEvents } from './system-events.ts';

describe('writing the events of a new log', () => {
  let log: EventLog;
  const typesInAll = () => log.readAll(0n, 'forwards', 100).map(({ stream, type }) => `${stream} ${type}`);

  beforeEach(async () => {
    log = await openEventLog({ mem: true });
  });
  afterEach(() => log.close());

  it('shows both users and their list in $all', async () => {
    await writeSystemEvents(log);
    expect(typesInAll()).to.deep.equal([
      '$user-admin $UserCreated',
      '$user-ops $UserCreated',
      '$users $User',
      '$users $User',
    ]);
  });

  it('writes nothing when it starts again', async () => {
    await writeSystemEvents(log);
    const before = typesInAll();
    await writeSystemEvents(log);
    expect(typesInAll()).to.deep.equal(before);
  });

  it('keeps passwords out of the events', async () => {
    await writeSystemEvents(log);
    const data = log.readAll(0n, 'forwards', 100).map((event) => Buffer.from(event.data).toString('utf8'));
    expect(data.join('\n')).not.to.match(/password|hash|salt/i);
  });
});
