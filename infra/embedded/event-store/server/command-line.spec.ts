import { expect } from 'chai';
import { readCommandLine } from './command-line.ts';

describe('the command line', () => {
  it('defaults to a node in memory on loopback', () => {
    expect(readCommandLine([], {})).to.deep.equal({
      host: '127.0.0.1',
      port: 2113,
      maxAppendBytes: 1_048_576,
      commitTimeoutMs: 2_000,
      allowInsecure: false,
      runProjections: false,
    });
  });

  it('accepts a directory for the data', () => {
    expect(readCommandLine(['--db', 'data', '--port', '0', '--run-projections'], {})).to.include({
      path: 'data',
      port: 0,
      runProjections: true,
    });
  });

  it('accepts the address of a web interface', () => {
    expect(readCommandLine(['--web-interface', 'http://127.0.0.1:9000/console'], {})).to.include({
      webInterface: 'http://127.0.0.1:9000/console',
    });
  });

  it('reads passwords from the environment only', () => {
    const environment = { EVENT_STORE_ADMIN_PASSWORD: 'a', EVENT_STORE_OPS_PASSWORD: 'o' };
    expect(readCommandLine(['--auth'], environment)).to.deep.include({ passwords: { admin: 'a', ops: 'o' } });
    expect(() => readCommandLine(['--auth'], {})).to.throw('EVENT_STORE_ADMIN_PASSWORD');
  });

  it('rejects unknown options and bad values', () => {
    for (const [args, why] of [
      [['--prot', '1'], "Unknown option '--prot'"],
      [['stray'], "Unexpected argument 'stray'"],
      [['--port', 'x'], '--port is a whole number'],
      [['--port', '70000'], '--port is a whole number'],
      [['--max-append-size', '0'], '--max-append-size is a whole number'],
      [['--max-append-size', '-5'], '--max-append-size'],
      [['--web-interface', 'javascript:alert(1)'], '--web-interface is a URL'],
      [['--db', ''], '--db is empty'],
      [['--host', ''], '--host is empty'],
      [['--tls-cert', 'c.pem'], 'go together'],
      [['--tls-cert', 'no-such.pem', '--tls-key', 'no-such.pem'], '--tls-cert cannot be read'],
    ] as const) {
      expect(() => readCommandLine(args, {})).to.throw(why);
    }
  });

  it('returns help for --help', () => {
    expect(readCommandLine(['--help'], {})).to.equal('help');
  });
});
