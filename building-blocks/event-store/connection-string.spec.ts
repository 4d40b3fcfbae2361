import { expect } from 'chai';
import { withDefaultTimeouts } from './connection-string.ts';

describe('withDefaultTimeouts', () => {
  it('adds all timeouts to a connection string without options', () => {
    expect(withDefaultTimeouts('esdb://localhost:2113')).to.equal(
      'esdb://localhost:2113?keepAliveInterval=2000&keepAliveTimeout=2000&gossipTimeout=1',
    );
  });

  it('keeps options that are set, however they are spelled', () => {
    const url = 'esdb://user:secret@a:1,b:2?tls=true&keep_alive_interval=9000&GossipTimeout=7';
    expect(withDefaultTimeouts(url)).to.equal(`${url}&keepAliveTimeout=2000`);
  });
});
