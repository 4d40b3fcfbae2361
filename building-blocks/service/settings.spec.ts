import { expect } from 'chai';
import { z } from 'zod';
import { serviceKeysPath, serviceSettings } from './settings.ts';

const read = (env: Record<string, string>) => z.object(serviceSettings(9100)).parse(env);

describe('the settings that every service has', () => {
  it('fit the embedded platform when the environment is empty', () => {
    const settings = read({});
    expect(settings).to.include({
      PORT: 9100,
      USER_CONTEXT_JWKS_URL: 'http://127.0.0.1:9000/.well-known/user-context-jwks.json',
    });
    expect(serviceKeysPath(settings)).to.equal('.data/keys/services.jwks.json');
  });

  it('look for keys in the data directory unless a file is named', () => {
    expect(serviceKeysPath(read({ LEGO_MOC_DATA_DIR: 'elsewhere' }))).to.equal('elsewhere/keys/services.jwks.json');
    expect(serviceKeysPath(read({ SERVICE_JWKS_PATH: 'keys.json' }))).to.equal('keys.json');
  });

  it('reject port 70000', () => {
    expect(() => read({ PORT: '70000' })).to.throw(/PORT/);
  });
});
