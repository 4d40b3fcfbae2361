import { expect } from 'chai';
import { PLATFORM_WITHIN_MS, sharedPlatform, type TestPlatform } from './platform.ts';

type Operation = { readonly security?: readonly unknown[]; readonly 'x-access'?: string };
type ListedOperation = { readonly method: string; readonly path: string; readonly operation: Operation };

const SPOOFED_HEADERS = {
  'x-user-id': 'e1b1c475-5883-5973-835b-133f866cc64c',
  'x-user-roles': 'builder,operator',
  'x-user-context': 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJldmUifQ.',
};

describe('sending requests without a valid signature', function () {
  this.timeout(PLATFORM_WITHIN_MS);
  let platform: TestPlatform;
  let operations: readonly ListedOperation[];
  before(async () => {
    platform = await sharedPlatform();
    const document = (await (await fetch(`${platform.url}/docs/openapi.json`)).json()) as {
      paths: Record<string, Record<string, Operation>>;
    };
    operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    );
  });

  const ask = async (
    base: string,
    { method, path }: ListedOperation,
    headers: Record<string, string>,
  ): Promise<number> => {
    const concrete = path.replaceAll(/\{\w+\}/g, '01a2036e-cac9-7813-a22e-bc2c8c5fb545');
    const reply = await fetch(base + concrete, { method, headers });
    await reply.arrayBuffer();
    return reply.status;
  };
  const guardedOperations = () => operations.filter(({ operation }) => operation.security?.length !== 0);
  const answersOf = async (
    list: readonly ListedOperation[],
    headers: Record<string, string>,
  ): Promise<readonly string[]> =>
    Promise.all(list.map(async (entry) => `${entry.method} ${entry.path} ${await ask(platform.url, entry, headers)}`));

  it('answers 401 to every operation that the portal shows', async () => {
    expect(guardedOperations().length).to.be.greaterThan(20);
    for (const headers of [{}, SPOOFED_HEADERS])
      for (const answer of await answersOf(guardedOperations(), headers)) expect(answer).to.match(/ 401$/);
  });

  it('answers 403 to builders at the operators’ operations', async () => {
    const operatorRoutes = operations.filter(({ operation }) => operation['x-access'] === 'operator');
    const headers = { authorization: `Bearer ${await platform.token('trust')}` };

    expect(operatorRoutes.length).to.be.greaterThan(3);
    for (const answer of await answersOf(operatorRoutes, headers)) expect(answer).to.match(/ 403$/);
  });

  it('is refused by every service itself, without the gateway', async () => {
    for (const [service, path] of [
      ['moc-management', '/v1/mocs'],
      ['search', '/v1/search?q=crane'],
      ['file-processing', '/v1/jobs/01a2036e-cac9-7813-a22e-bc2c8c5fb545'],
      ['wishlist', '/v1/wishlist'],
      ['moc-management', '/ops/projections'],
      ['file-storage', '/internal/v1/signed-url?fileId=01a2036e-cac9-7813-a22e-bc2c8c5fb545&downloadName=a'],
    ] as const)
      for (const headers of [
        {},
        { 'x-user-id': SPOOFED_HEADERS['x-user-id'], 'x-user-roles': 'operator' },
        SPOOFED_HEADERS,
      ]) {
        const base = `http://127.0.0.1:${String(platform.ports.get(service))}`;
        const status = await ask(base, { method: 'GET', path, operation: {} }, headers);
        expect(status, `${service} ${path}`).to.equal(401);
      }
  });
});
