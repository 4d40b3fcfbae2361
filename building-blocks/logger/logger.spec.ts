import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import fc from 'fast-check';
import { LINE_BYTES_MAX } from './fit-line.ts';
import { createLogger, type LogFields, type Logger } from './logger.ts';

/** Values that look like a secret. */
const HINT = /token|auth|cookie|passw|secret|credential|key|signature|jwk|context|bearer|eyJ|:\/\//i;

const TOKEN = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl';

describe('createLogger', () => {
  const captureOutput = async (write: (logger: Logger) => void): Promise<string> => {
    const out = new PassThrough();
    write(createLogger('spec', 'info', out));
    await new Promise((resolve) => setImmediate(resolve));
    return String(out.read() ?? '');
  };
  const captureEntry = async (fields: LogFields): Promise<Record<string, unknown>> =>
    JSON.parse(await captureOutput((logger) => logger.info('said', fields))) as Record<string, unknown>;

  it('writes one JSON line per entry', async () => {
    const text = await captureOutput((logger) => logger.child({ mocId: '1' }).warn('two\nlines', { n: 2n }));

    expect(text.trim().split('\n')).to.have.length(1);
    expect(JSON.parse(text)).to.include({ level: 'warn', service: 'spec', message: 'two\nlines', mocId: '1', n: '2' });
  });

  it('writes nothing below its level', async () => {
    expect(await captureOutput((logger) => logger.debug('psst'))).to.equal('');
  });

  for (const name of ['token', 'Authorization', 'cookie', 'set-cookie', 'password', 'clientSecret', 'apiKey', 'key'])
    it(`hides the field ${name}, however deep`, async () => {
      expect(JSON.stringify(await captureEntry({ a: [{ [name]: 'canary' }] }))).not.to.include('canary');
    });

  for (const [form, text] of [
    ['a bearer string', 'sent Authorization: Bearer canary123 to us'],
    ['a signed token', `got ${TOKEN} there`],
    ['a password in a URL', 'postgres://search:canary@db:5432/search'],
  ] as const)
    it(`hides ${form} within a text`, async () => {
      const line = await captureOutput((logger) =>
        logger.error(text, { text, error: new Error(text, { cause: text }) }),
      );

      expect(line).not.to.match(/canary|c2lnbmF0dXJl/);
    });

  it('writes name, message, code and cause of an error', async () => {
    const error = Object.assign(new TypeError('no such brick'), { code: 'EBRICK', cause: new Error('empty box') });
    const { error: loggedError } = await captureEntry({ error });

    expect(loggedError).to.deep.include({ name: 'TypeError', message: 'no such brick', code: 'EBRICK' });
    expect(loggedError).to.have.nested.property('cause.message', 'empty box');
  });

  it('cuts a text of 100,000 characters to 4,096', async () => {
    const { agent } = await captureEntry({ agent: 'x'.repeat(100_000) });

    expect(agent).to.equal(`${'x'.repeat(4_096)}… (100000 characters)`);
  });

  it('cuts a line beyond 32 KiB to one that is still JSON, says so, and shows no secret of it', async () => {
    const rows = Array.from({ length: 5_000 }, (_, row) => ({
      row,
      password: 'canary',
      url: 'http://a:canary@b',
      at: TOKEN,
    }));
    const line = await captureOutput((logger) => logger.child({ correlationId: 'c-1' }).info('said', { rows }));
    expect(Buffer.byteLength(line)).to.be.at.most(LINE_BYTES_MAX);
    const { cut, ...entry } = JSON.parse(line) as { cut: { bytes: number; beginning: string } };
    expect(entry).to.include({ level: 'info', service: 'spec', message: 'said', correlationId: 'c-1' });
    expect(cut.bytes).to.be.greaterThan(LINE_BYTES_MAX);
    expect(cut.beginning).to.include('"row":7');
    expect(line).not.to.match(/canary|c2lnbmF0dXJl/);
  });

  it('writes a line of at most 32 KiB that is JSON, whatever the fields', async () => {
    const long = fc.string({ unit: 'binary', minLength: 4_000, maxLength: 5_000 });
    await fc.assert(
      fc.asyncProperty(fc.array(long, { maxLength: 20 }), long, async (texts, message) => {
        const line = await captureOutput((logger) => logger.info(message, { texts, correlationId: texts[0] }));
        expect(Buffer.byteLength(line)).to.be.at.most(LINE_BYTES_MAX);
        expect(line.indexOf('\n')).to.equal(line.length - 1);
        expect(JSON.parse(line)).to.include({ level: 'info', service: 'spec' });
      }),
      { numRuns: 30 },
    );
  });

  it('writes any fields as JSON would', async () => {
    const value = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.boolean(), fc.constantFrom(null, '\n', '🧱'));
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.dictionary(fc.string({ minLength: 1 }), value), async (message, fields) => {
        fc.pre(![message, ...Object.keys(fields), ...Object.values(fields)].some((text) => HINT.test(String(text))));
        const { level, service, timestamp, ...rest } = JSON.parse(
          await captureOutput((logger) => logger.info(message, { fields })),
        ) as Record<string, unknown>;
        expect([level, service]).to.deep.equal(['info', 'spec']);
        expect(timestamp).to.match(/^\d{4}-.*Z$/);
        expect(rest).to.deep.equal(JSON.parse(JSON.stringify({ message, fields })));
      }),
    );
  });
});
