import { expect } from 'chai';
import { isLoopbackHost } from './loopback-host.ts';

describe('recognising requests to this machine by their Host', () => {
  for (const host of ['localhost:9000', '127.0.0.1:9010', '127.0.0.1', '[::1]:9000'])
    it(`accepts ${host}`, () => expect(isLoopbackHost(host)).to.equal(true));

  for (const host of [
    undefined,
    '',
    'evil.example:9000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '10.0.0.1',
  ])
    it(`refuses ${String(host)}`, () => expect(isLoopbackHost(host)).to.equal(false));
});
