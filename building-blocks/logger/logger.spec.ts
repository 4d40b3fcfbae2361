import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { createLogger, type LogFields, type Logger } from './logger.ts';

const TOKEN = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';

describe('writing a log', () => {
  const written = async (write: (logger: Logger) => void): Promise<string> => {
    const out = new PassThrough();
    write(createLogger('spec', 'info', out));
    await new Promise((resolve) => setImmediate(resolve));
    return String(out.read() ?? '');
  };
  const logged = async (fields: LogFields): Promise<Record<string, unknown>> =>
    JSON.parse(await written((logger) => logger.info('said', fields))) as Record<string, unknown>;

  it('is one JSON line an entry', async () => {
    const text = await written((logger) => logger.child({ mocId: '1' }).warn('two\nlines', { n: 2n }));

    expect(text.trim().split('\n')).to.have.length(1);
    expect(JSON.parse(text)).to.include({ level: 'warn', service: 'spec', message: 'two\nlines', mocId: '1', n: '2' });
  });

  it('leaves out what is below its level', async () => {
    expect(await written((logger) => logger.debug('psst'))).to.equal('');
  });

  for (const name of ['token', 'Authorization', 'cookie', 'set-cookie', 'password', 'clientSecret', 'apiKey', 'key'])
    it(`hides what is called ${name}, however deep`, async () => {
      expect(JSON.stringify(await logged({ a: [{ [name]: 'canary' }] }))).not.to.include('canary');
    });

  for (const [form, text] of [
    ['a bearer string', 'sent Authorization: Bearer canary123 to us'],
    ['a signed token', `got ${TOKEN} there`],
    ['a password in a URL', 'postgres://search:canary@db:5432/search'],
  ] as const)
    it(`hides ${form} within a text`, async () => {
      const line = await written((logger) => logger.error(text, { text, error: new Error(text, { cause: text }) }));

      expect(line).not.to.match(/canary|c2lnbmF0dXJl/);
    });

  it('keeps an error readable', async () => {
    const error = Object.assign(new TypeError('no such brick'), { code: 'EBRICK', cause: new Error('empty box') });
    const { error: kept } = await logged({ error });

    expect(kept).to.deep.include({ name: 'TypeError', message: 'no such brick', code: 'EBRICK' });
    expect(kept).to.have.nested.property('cause.message', 'empty box');
  });
});
