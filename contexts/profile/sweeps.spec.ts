import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { createLogger } from '@lego-moc/logger/logger';
import { sweeps } from './sweeps.ts';

const none = () => Promise.resolve(0);

const logging = () => {
  const log = new PassThrough();
  const lines: string[] = [];
  log.on('data', (chunk: Buffer) => lines.push(chunk.toString('utf8')));
  return { logger: createLogger('profile', 'info', log), logged: () => lines.join('') };
};

/** Long enough for a dozen rounds of those below. */
const MEANWHILE_MS = 60;
const often = { everyMs: 5, againMs: 5 };

describe('tidying up beside requests', () => {
  it('looks for keys of erased users at once and until it has looked everywhere, and then no more', async () => {
    const { logger, logged } = logging();
    let looked = 0;
    const erased = () => {
      looked += 1;
      return looked < 3 ? Promise.reject(new Error('The store is away')) : Promise.resolve(2);
    };
    const sweeping = sweeps({ ...often, avatars: none, erased, logger });
    await sleep(MEANWHILE_MS);
    await sweeping.stop();
    expect(looked).to.equal(3);
    expect(logged().match(/looks again/g)).to.have.length(2);
    expect(logged()).to.match(/forgotten once more.*"users":2/);
  });

  it('says nothing when no erased user has a key', async () => {
    const { logger, logged } = logging();
    const sweeping = sweeps({ avatars: none, erased: none, logger });
    await sleep(MEANWHILE_MS);
    await sweeping.stop();
    expect(logged()).to.equal('');
  });

  it('sweeps pictures again and again, whatever comes between', async () => {
    const { logger } = logging();
    let swept = 0;
    const avatars = () => {
      swept += 1;
      return swept === 1 ? Promise.reject(new Error('The pictures are away')) : none();
    };
    const sweeping = sweeps({ ...often, avatars, erased: none, logger });
    await sleep(MEANWHILE_MS);
    await sweeping.stop();
    expect(swept).to.be.above(1);
    const sweptByThen = swept;
    await sleep(MEANWHILE_MS);
    expect(swept).to.equal(sweptByThen);
  });

  it('stops in the middle of it', async () => {
    const { logger } = logging();
    const erased = async (signal: AbortSignal) => {
      await once(signal, 'abort');
      return 0;
    };
    await sweeps({ avatars: none, erased, logger }).stop();
    await sweeps({ avatars: none, erased: () => Promise.reject(new Error('away')), logger }).stop();
  });
});
