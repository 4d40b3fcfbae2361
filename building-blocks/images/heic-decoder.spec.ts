import { expect } from 'chai';
import { heicDecoder, type RawImage } from './heic-decoder.ts';

const picture: RawImage = { width: 1, height: 1, rgba: new Uint8Array(4) };

describe('decoding HEIC pictures, one at a time', () => {
  it('goes on with the next when a thread could not be had for one', async () => {
    let threads = 0;
    const decode = heicDecoder(100, () => {
      threads += 1;
      return threads === 1 ? Promise.reject(new Error('ERR_WORKER_INIT_FAILED')) : Promise.resolve(picture);
    });
    const decoding = [decode(new Uint8Array()), decode(new Uint8Array())];
    const [first, second] = await Promise.allSettled(decoding);
    expect(first?.status).to.equal('rejected');
    expect(second).to.deep.equal({ status: 'fulfilled', value: picture });
  });
});
