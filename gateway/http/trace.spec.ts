import { expect } from 'chai';
import { noTracing } from '@lego-moc/tracing/tracer';
import { traceOf } from './trace.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';

describe('continuing a trace', () => {
  for (const [traceparent, flags] of [
    [`00-${TRACE}-${SPAN}-01`, '01'],
    [`00-${TRACE}-${SPAN}-00`, '00'],
    [`00-${TRACE}-${SPAN}-02`, '02'],
    [`00-${TRACE}-${SPAN}-ff`, '03'],
    [`00-${TRACE}-${SPAN}-fc`, '00'],
    [`cc-${TRACE}-${SPAN}-01`, '01'],
    [`cc-${TRACE}-${SPAN}-01-what-the-future-brings`, '01'],
    [`cc-${TRACE}-${SPAN}-01-`, '01'],
  ] as const)
    it(`continues ${traceparent} with the flags that its version defines`, () => {
      expect(traceOf(noTracing, 'GET', traceparent)).to.include({ traceId: TRACE, flags, isContinued: true });
    });

  for (const traceparent of [
    undefined,
    '',
    `00-${TRACE}-${SPAN}-01junk`,
    `00-${TRACE}-${SPAN}-01-extra`,
    `00-${TRACE}-${SPAN}-01-`,
    `00-${TRACE}-${SPAN}-1`,
    `00-${TRACE}-${SPAN}`,
    `cc-${TRACE}-${SPAN}-01.what`,
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-01-x, 00-${TRACE}-${SPAN}-01`,
  ])
    it(`begins a new trace instead of ${String(traceparent)}`, () => {
      const trace = traceOf(noTracing, 'GET', traceparent);

      expect(trace).to.include({ flags: '01', isContinued: false });
      expect(trace.traceId)
        .to.match(/^[0-9a-f]{32}$/)
        .and.not.equal(TRACE);
    });
});
