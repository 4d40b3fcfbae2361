import { expect } from 'chai';
import { DEFAULT_PORTS } from '../../../building-blocks/http/default-ports.ts';
import { SERVICES } from '../../../contexts/registry.ts';
import { DEFAULTS_KEPT, environmentOf, VARIABLES, type Place } from '../platform/environment.ts';
import { sizeOf } from '../platform/sizes.ts';
import { services, variablesRead } from './app-for-tests.ts';

const place: Place = {
  urlOf: (name, port) => `http://${name}:${port}`,
  gatewayUrl: `http://gateway:${DEFAULT_PORTS.gateway}`,
  ...{ apiDomain: 'api.test', region: 'us-east-1', corsOrigins: ['https://test'] },
  auth: { jwksUrl: 'https://auth.test/jwks', issuer: 'https://auth.test', audience: 'lego-moc' },
  ...{ databaseHost: 'database', cacheHost: 'cache', searchHost: 'search', bucketOf: (name) => `files-of-${name}` },
  ...{ eventStoreUrl: 'esdb://{EVENTSTORE_USER}:{EVENTSTORE_PASSWORD}@store:2113', hasEventStoreCa: true },
  cdn: { domain: 'cdn.test', keyPairId: 'K1' },
  authServiceUrl: 'https://auth.test/users',
};

/** Read by the start of the container, not by the service. */
const OF_THE_START = /_CONTENT$|_USER$|_PASSWORD$|^EVENTSTORE_CA_PATH$/;

/** What a default, meant for one machine, cannot stand for. */
const ADDRESS_OR_SECRET = /_(URL|PATH|BUCKET|DOMAIN|REGION|SECRETS?|KEYS?|TOKEN|PASSWORD)$/;

describe('the settings of deployed services', () => {
  it('are those of the gateway and of every context of the registry', () => {
    expect(services.map(({ name }) => name)).to.deep.equal(['gateway', ...SERVICES.map(({ name }) => name)]);
  });

  for (const service of services)
    it(`of ${service.name} are variables that it reads`, () => {
      const names = Object.keys(environmentOf(service, place)).filter((name) => !OF_THE_START.test(name));
      const unread = names.filter((name) => !service.variables.has(name));
      expect(unread).to.deep.equal([]);
    });

  it('set every address and secret that a service reads, or leave it at its default on purpose', () => {
    const read = new Set(Object.values(variablesRead).flat());
    const undecidedNames = [...read].filter(
      (name) => ADDRESS_OR_SECRET.test(name) && VARIABLES[name] === undefined && !DEFAULTS_KEPT.includes(name),
    );
    expect(undecidedNames).to.deep.equal([]);
  });

  it('name no variable that nobody reads any more', () => {
    const read = new Set(Object.values(variablesRead).flat());
    const stale = [...Object.keys(VARIABLES), ...DEFAULTS_KEPT].filter((name) => !read.has(name));
    expect(stale).to.deep.equal([]);
  });

  it('name an account wherever a password is needed', () => {
    const search = services.find(({ name }) => name === 'search')!;
    const environment = environmentOf(search, place);
    const placeholders = Object.values(environment)
      .filter((source) => typeof source === 'string')
      .flatMap((text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    expect(placeholders).to.include.members(['DATABASE_PASSWORD', 'OPENSEARCH_PASSWORD', 'EVENTSTORE_PASSWORD']);
    expect(environment).to.include.all.keys(placeholders as string[]);
  });

  it('give a context that nobody sized a small task', () => {
    const { cpu, memoryMiB, tasks } = sizeOf('a-new-context', { min: 2, max: 8 });
    expect({ cpu, memoryMiB, tasks }).to.deep.equal({ cpu: 256, memoryMiB: 512, tasks: { min: 2, max: 8 } });
  });
});
