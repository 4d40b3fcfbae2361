import { expect } from 'chai';
import { z } from 'zod';
import { serviceConfig, serviceSettings } from './settings.ts';

const read = (env: Record<string, string>) => serviceConfig(z.object(serviceSettings(9100)).parse(env));

describe('reading what every service is told', () => {
  it('fits the embedded platform when nothing is said', () => {
    expect(read({})).to.deep.equal({
      port: 9100,
      logLevel: 'info',
      eventStoreUrl: 'esdb://127.0.0.1:9020?tls=false',
      userContextJwksUrl: 'http://127.0.0.1:9000/.well-known/user-context-jwks.json',
      serviceJwksPath: '.data/keys/services.jwks.json',
    });
  });

  it('follows the data to where it was moved, and believes what is named', () => {
    expect(read({ LEGO_MOC_DATA_DIR: 'elsewhere' }).serviceJwksPath).to.equal('elsewhere/keys/services.jwks.json');
    expect(read({ SERVICE_JWKS_PATH: 'keys.json', PORT: '0' })).to.include({ serviceJwksPath: 'keys.json', port: 0 });
  });

  it('refuses a port that is none', () => {
    expect(() => read({ PORT: '70000' })).to.throw(/PORT/);
  });
});
