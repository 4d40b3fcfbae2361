import { expect } from 'chai';
import fc from 'fast-check';
import { plainLines } from './plain-lines.ts';

const PLAIN = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\n', '\u0000', '\ud800', '\u2028', '🧱'),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
);

describe('writing plain lines', () => {
  it('says what JSON says, or leaves it to others', () => {
    const write = plainLines('info', { service: 'spec' });
    fc.assert(
      fc.property(fc.string(), fc.dictionary(fc.string({ unit: 'binary' }), PLAIN), (message, fields) => {
        const line = write(message, fields);
        if (line === undefined) return;
        const { timestamp, ...said } = JSON.parse(line) as Record<string, unknown>;
        const whole: unknown = JSON.parse(JSON.stringify({ level: 'info', service: 'spec', message, ...fields }));
        expect(line.indexOf('\n')).to.equal(line.length - 1);
        expect(timestamp).to.match(/^\d{4}-.*Z$/);
        expect(said).to.deep.equal(whole);
      }),
    );
  });

  for (const [what, fields] of [
    ['is named like a secret', { token: 'brick' }],
    ['looks like a secret', { agent: 'Bearer brick' }],
    ['has to be unfolded', { error: new Error('brick') }],
    ['is no JSON', { size: 1n }],
    ['is said already', { service: 'other' }],
    ['only the logger says', { level: 'debug' }],
  ] as const)
    it(`leaves to others what ${what}`, () => {
      expect(plainLines('info', { service: 'spec' })('said', fields)).to.equal(undefined);
      expect(plainLines('info', { service: 'spec' })('said', { brick: '3001' })).to.include('"brick":"3001"');
    });
});
