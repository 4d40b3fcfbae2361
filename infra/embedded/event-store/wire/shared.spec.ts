import { expect } from 'chai';
import fc from 'fast-check';
import { readStreamName, readUuid, shared, writeStreamName, writeUuid } from './shared.ts';

describe('identifiers on the wire', () => {
  it('carries a UUID in either form', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.boolean(), (id, isStructured) => {
        expect(readUuid(writeUuid(id, isStructured))).to.equal(id);
      }),
    );
  });

  it('normalises upper case and rejects anything that is no UUID', () => {
    expect(readUuid(new shared.UUID().setString('F0000000-0000-4000-8000-00000000000A'))).to.equal(
      'f0000000-0000-4000-8000-00000000000a',
    );
    expect(readUuid(new shared.UUID().setString('not-a-uuid'))).to.equal(undefined);
    expect(readUuid(undefined)).to.equal(undefined);
  });

  it('carries any stream name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(readStreamName(writeStreamName(name))).to.equal(name);
      }),
    );
  });
});
