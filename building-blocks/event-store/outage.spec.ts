import { expect } from 'chai';
import { isOutage } from './outage.ts';

const withCode = (code: string | number): Error => Object.assign(new Error(String(code)), { code });

describe('isOutage', () => {
  const outages: readonly [string, unknown][] = [
    ['a refused connection', withCode('ECONNREFUSED')],
    ['a database that shuts down', withCode('57P01')],
    ['a database with too many clients', withCode('53300')],
    ['a deadlock', withCode('40P01')],
    ['an open breaker', withCode('EOPENBREAKER')],
    ['a request that timed out in undici', withCode('UND_ERR_HEADERS_TIMEOUT')],
    ['a raw gRPC error of the client', withCode(14)],
    ['an outage behind another error', new Error('could not', { cause: withCode('ECONNRESET') })],
    ['several addresses that all refuse', new AggregateError([withCode('ECONNREFUSED')])],
    ['an error whose outage is true', Object.assign(new Error('later'), { outage: true })],
    ['a pool without a connection', new Error('timeout exceeded when trying to connect')],
  ];
  for (const [label, error] of outages)
    it(`is true for ${label}`, () => {
      expect(isOutage(error)).to.equal(true);
    });

  const failures: readonly [string, unknown][] = [
    ['a bug', new TypeError('x is undefined')],
    ['a broken rule of the database', withCode('23505')],
    ['a missing table', withCode('42P01')],
    ['a value that is no error', 'ECONNREFUSED'],
  ];
  for (const [label, error] of failures)
    it(`is false for ${label}`, () => {
      expect(isOutage(error)).to.equal(false);
    });
});
