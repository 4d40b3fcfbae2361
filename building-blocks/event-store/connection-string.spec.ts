import { expect } from 'chai';
import { withDefaultTimeouts, withOwnConnection } from './connection-string.ts';

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

describe('withOwnConnection', () => {
  it('adds the number to the keep-alive interval, however it is spelled', () => {
    expect(withOwnConnection('esdb://a?keepAliveInterval=2000&tls=false', 3)).to.equal(
      'esdb://a?keepAliveInterval=2003&tls=false',
    );
    expect(withOwnConnection('esdb://a?keep_alive_interval=9000', 1)).to.equal('esdb://a?keep_alive_interval=9001');
  });

  it('leaves keep-alive off where it is switched off', () => {
    expect(withOwnConnection('esdb://a?keepAliveInterval=-1', 3)).to.equal('esdb://a?keepAliveInterval=-1');
  });
});
