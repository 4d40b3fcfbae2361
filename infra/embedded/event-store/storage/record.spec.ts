import { expect } from 'chai';
import fc from 'fast-check';
import type { StoredEvent } from './event-log.ts';
import { decodeRecord, encodeRecord, RecordDamaged, recordCreated, recordId } from './record.ts';

const bytes = fc.uint8Array({ maxLength: 64 }).map((array) => Buffer.from(array));
const events: fc.Arbitrary<Omit<StoredEvent, 'position'>> = fc.record({
  stream: fc.string({ unit: 'grapheme', minLength: 1 }),
  revision: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  id: fc.uuid(),
  type: fc.string({ unit: 'grapheme' }),
  contentType: fc.constantFrom('application/json', 'application/octet-stream'),
  created: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  data: bytes,
  metadata: bytes,
});

describe('a record', () => {
  it('decodes to the event that was encoded', () => {
    fc.assert(
      fc.property(events, (event) => {
        const record = encodeRecord(event);
        expect(decodeRecord(7n, record)).to.deep.equal({ ...event, position: 7n });
        expect(recordId(record)).to.equal(event.id);
        expect(recordCreated(record)).to.equal(event.created);
      }),
    );
  });

  it('is rejected when a single bit has changed', () => {
    fc.assert(
      fc.property(events, fc.nat(), fc.nat(7), (event, at, bit) => {
        const record = encodeRecord(event);
        const index = at % record.length;
        record[index] = (record[index] ?? 0) ^ (1 << bit);
        expect(() => decodeRecord(7n, record)).to.throw(RecordDamaged);
      }),
    );
  });

  it('is rejected when it is cut short', () => {
    const record = encodeRecord(fc.sample(events, 1)[0]!);
    for (const length of [0, 10, record.length - 1]) {
      expect(() => decodeRecord(7n, record.subarray(0, length))).to.throw(RecordDamaged);
    }
  });

  it('keeps its content when the buffer it was read from is reused', () => {
    const record = encodeRecord({ ...fc.sample(events, 1)[0]!, data: Buffer.from('kept') });
    const { data } = decodeRecord(7n, record);
    record.fill(0);
    expect(Buffer.from(data).toString()).to.equal('kept');
  });
});
