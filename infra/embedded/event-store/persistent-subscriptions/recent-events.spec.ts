import { expect } from 'chai';
import type { EventLog } from '../storage/event-log.ts';
import { openEventLog } from '../storage/open-event-log.ts';
import { recentEvents } from './recent-events.ts';

const eventOf = (number: number, bytes = 2) => ({
  id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
  type: 'Counted',
  contentType: 'application/octet-stream' as const,
  data: new Uint8Array(bytes),
  metadata: new Uint8Array(),
});

/** The log, and how often it was read. */
const countReads = (log: EventLog) => {
  const counts = { readAll: 0 };
  const countingLog: EventLog = {
    ...log,
    readAll: (...request) => {
      counts.readAll += 1;
      return log.readAll(...request);
    },
  };
  return { counts, countingLog };
};

describe('caching recently read events', () => {
  let log: EventLog;

  beforeEach(async () => {
    log = await openEventLog({ mem: true });
  });
  afterEach(() => log.close());

  it('reads the log once for equal pages, parts of a page and its events', async () => {
    await log.append(
      'a-1',
      'any',
      [1, 2, 3].map((number) => eventOf(number)),
    );
    const { counts, countingLog } = countReads(log);
    const events = recentEvents(countingLog);
    const all = events.readAll(0n);
    expect(events.readAll(0n)).to.deep.equal(all);
    expect(events.readAll((all[0]?.position ?? 0n) + 1n)).to.deep.equal(all.slice(1));
    for (const { position } of all) expect(events.at(position)?.position).to.equal(position);
    expect(counts.readAll).to.equal(1);
  });

  it('returns events that were committed after the last read', async () => {
    const events = recentEvents(log);
    expect(events.readAll(0n)).to.deep.equal([]);
    await log.append('a-1', 'any', [eventOf(1)]);
    const [first] = events.readAll(0n);
    await log.append('a-1', 'any', [eventOf(2)]);
    expect(events.readAll((first?.position ?? 0n) + 1n).map(({ revision }) => revision)).to.deep.equal([1n]);
  });

  it('holds no more memory than an event has bytes', async () => {
    await log.append('a-1', 'any', [{ ...eventOf(1, 7), metadata: new Uint8Array(3).fill(1) }]);
    const [event] = recentEvents(log).readAll(0n);
    expect(event?.data).to.deep.equal(Buffer.alloc(7));
    expect(event?.metadata).to.deep.equal(Buffer.alloc(3, 1));
    expect([event?.data.buffer.byteLength, event?.metadata.buffer.byteLength]).to.deep.equal([10, 10]);
  });

  it('reads an evicted event again, and returns undefined where there is no event', async () => {
    const events = recentEvents(log);
    for (let number = 0; number < 40; number += 1) await log.append('a-1', 'any', [eventOf(number, 1_000_000)]);
    for (let revision = 0n; revision < 40n; revision += 1n) events.readStream('a-1', revision, 1);
    const [first] = log.readStream('a-1', 0n, 'forwards', 1);
    expect(events.at(first?.position ?? 0n)?.id).to.equal(first?.id);
    expect(events.at((first?.position ?? 0n) + 1n)).to.equal(undefined);
  });
});
