import { expect } from 'chai';
import { formatTraceparent, parseTraceparent } from './traceparent.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('reading a traceparent', () => {
  const rewritten = (header: string): string | undefined => {
    const trace = parseTraceparent(header);
    return trace === undefined ? undefined : formatTraceparent(trace);
  };

  it('keeps a header of version 00', () => {
    expect(rewritten(`00-${TRACE}-${SPAN}-01`)).to.equal(`00-${TRACE}-${SPAN}-01`);
  });

  it('shortens a header of a later version to version 00', () => {
    expect(rewritten(`cc-${TRACE}-${SPAN}-ff-and-more`)).to.equal(`00-${TRACE}-${SPAN}-03`);
  });

  for (const header of [
    '',
    `00-${TRACE}-${SPAN}-01-more`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
  ])
    it(`ignores ${header === '' ? 'an empty header' : header}`, () => {
      expect(rewritten(header)).to.equal(undefined);
    });
});
