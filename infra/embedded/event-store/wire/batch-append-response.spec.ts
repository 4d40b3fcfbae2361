import { expect } from 'chai';
import fc from 'fast-check';
import { END } from '../storage/event-log.ts';
import { encodeBatchAppended, type BatchAddress } from './batch-append-response.ts';
import { empty, shared, writeStreamName, writeUuid } from './shared.ts';
import { streams } from './streams.ts';

const asGenerated = (address: BatchAddress, revision: bigint, position: bigint): streams.BatchAppendResp => {
  const success = new streams.BatchAppendResp.Success();
  if (revision < 0n) success.setNoStream(new empty.Empty());
  else success.setCurrentRevision(revision.toString());
  const text = position.toString();
  success.setPosition(new shared.AllStreamPosition().setCommitPosition(text).setPreparePosition(text));
  const response = new streams.BatchAppendResp()
    .setCorrelationId(writeUuid(address.correlationId, address.structuredId))
    .setStreamIdentifier(writeStreamName(address.stream))
    .setSuccess(success);
  switch (address.expected) {
    case 'any':
      return response.setAny(new empty.Empty());
    case 'no-stream':
      return response.setNoStream(new empty.Empty());
    case 'stream-exists':
      return response.setStreamExists(new empty.Empty());
    default:
      return response.setStreamPosition(address.expected.toString());
  }
};

const whole = fc.oneof(fc.bigInt(0n, 300n), fc.bigInt(0n, 2n ** 53n + 9n), fc.bigInt(0n, END), fc.constant(END));
const addresses: fc.Arbitrary<BatchAddress> = fc.record({
  correlationId: fc.uuid(),
  structuredId: fc.boolean(),
  stream: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
  expected: fc.oneof(whole, fc.constantFrom('any' as const, 'no-stream' as const, 'stream-exists' as const)),
});

describe('encoding a BatchAppend response', () => {
  it('writes the very bytes of the generated classes', () => {
    fc.assert(
      fc.property(addresses, fc.oneof(whole, fc.constant(-1n)), whole, (address, revision, position) => {
        const bytes = encodeBatchAppended(address, revision, position);
        expect(bytes.equals(asGenerated(address, revision, position).serializeBinary())).to.equal(true);
      }),
    );
  });
});
