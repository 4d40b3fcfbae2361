import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import type { EventLog, ProposedEvent } from '../storage/event-log.ts';
import { openEventLog } from '../storage/open-event-log.ts';
import { lastEventParser } from './last-event.ts';

const eventOf = (text: string): ProposedEvent => ({
  ...{ id: randomUUID(), type: 'said', contentType: 'application/octet-stream' },
  ...{ data: Buffer.from(text), metadata: new Uint8Array() },
});

describe('parsing the last event of a stream', () => {
  let log: EventLog;
  beforeEach(async () => (log = await openEventLog({ mem: true })));
  afterEach(() => log.close());

  it('parses each last event once, and none after another stream has grown', async () => {
    const parsedTexts: string[] = [];
    const lastText = lastEventParser(log, ({ data }) => {
      parsedTexts.push(Buffer.from(data).toString());
      return parsedTexts.at(-1);
    });
    expect(lastText('$settings')).to.equal(undefined);
    await log.append('$settings', 'any', [eventOf('first')]);
    expect(lastText('$settings')).to.equal('first');
    await log.append('box', 'any', [eventOf('brick')]);
    expect(lastText('$settings')).to.equal('first');
    await log.append('$settings', 'any', [eventOf('second'), eventOf('third')]);
    expect(lastText('$settings')).to.equal('third');
    expect(parsedTexts).to.deep.equal(['first', 'third']);
  });

  it('knows nothing of a deleted stream, and what comes after', async () => {
    const lastText = lastEventParser(log, ({ data }) => Buffer.from(data).toString());
    await log.append('$settings', 'any', [eventOf('first')]);
    expect(lastText('$settings')).to.equal('first');
    await log.softDelete('$settings', 'any');
    expect(lastText('$settings')).to.equal(undefined);
    await log.append('$settings', 'any', [eventOf('second')]);
    expect(lastText('$settings')).to.equal('second');
  });
});
