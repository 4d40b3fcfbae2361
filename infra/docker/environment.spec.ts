import { expect } from 'chai';
import { startEnvironment } from './environment.ts';

describe('the environment of a container', () => {
  it('puts a percent-encoded password into the URL that names it', () => {
    const { variables } = startEnvironment({
      DATABASE_URL: 'postgres://{DATABASE_USER}:{DATABASE_PASSWORD}@db/lego_moc',
      DATABASE_USER: 'gallery_a',
      DATABASE_PASSWORD: 'a/b@c',
    });
    expect(variables).to.deep.equal({ DATABASE_URL: 'postgres://gallery_a:a%2Fb%40c@db/lego_moc' });
  });

  it('writes a key to the file that the path names and passes only the path on', () => {
    const { variables, files } = startEnvironment({
      SERVICE_KEY_PATH: '/data/gallery.jwk.json',
      SERVICE_KEY_CONTENT: '{"kty":"OKP"}',
    });
    expect(variables).to.deep.equal({ SERVICE_KEY_PATH: '/data/gallery.jwk.json' });
    expect([...files]).to.deep.equal([['/data/gallery.jwk.json', '{"kty":"OKP"}']]);
  });

  it('keeps the path of a file that a URL names too', () => {
    const { variables } = startEnvironment({
      EVENTSTORE_URL: 'esdb://store:2113?tls=true&tlsCAFile={EVENTSTORE_CA_PATH}',
      EVENTSTORE_CA_PATH: '/data/ca.crt',
      EVENTSTORE_CA_CONTENT: 'PEM',
    });
    expect(variables).to.deep.equal({ EVENTSTORE_URL: 'esdb://store:2113?tls=true&tlsCAFile=%2Fdata%2Fca.crt' });
  });

  it('leaves braces alone where no URL is', () => {
    const { variables } = startEnvironment({ LABELS: '{STAGE}' });
    expect(variables).to.deep.equal({ LABELS: '{STAGE}' });
  });

  it('counts an empty variable as none', () => {
    expect(startEnvironment({ REDIS_URL: '', LOG_LEVEL: 'info' }).variables).to.deep.equal({ LOG_LEVEL: 'info' });
  });

  it('refuses a URL whose password is missing', () => {
    const start = () => startEnvironment({ REDIS_URL: 'rediss://:{REDIS_PASSWORD}@cache:6379' });
    expect(start).to.throw('REDIS_URL needs REDIS_PASSWORD, which is not set');
  });
});
