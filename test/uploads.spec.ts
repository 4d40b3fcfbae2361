import { expect } from 'chai';
import type { RouteContract } from '@lego-moc/http/route-contract';
import type { ServiceContract } from '@lego-moc/http/service-contract';
import type { Context } from '@lego-moc/service/run-context';
import { SERVICES } from '../contexts/registry.ts';

type Routes = Pick<ServiceContract, 'routes' | 'uploads'>;

const isPublic = ({ routes }: Routes, path: string): boolean =>
  routes.some((route) => path === route.path || path.startsWith(`${route.path}/`));

/** A signed JSON body is read as bytes too, but it is no file. A route about a file that has arrived takes as long. */
const acceptsFiles = ({ upload, isAboutFile = false }: RouteContract): boolean =>
  isAboutFile || (upload !== undefined && upload.mediaType !== 'application/json');

/** The paths of uploads that only one side names: the gateway's routes, or the contracts of the service's routes. */
const differingUploads = (service: Routes, contracts: readonly RouteContract[]): readonly string[] => {
  const gatewayPaths = new Set(service.uploads);
  const servicePaths = new Set(
    contracts.filter((contract) => acceptsFiles(contract) && isPublic(service, contract.path)).map(({ path }) => path),
  );
  return [...gatewayPaths.symmetricDifference(servicePaths)];
};

/** The context that `contexts/NAME/context.ts` declares for a service of the registry. */
const contextOf = async (service: ServiceContract): Promise<Context> => {
  const exports = (await import(`../contexts/${service.name}/context.ts`)) as Readonly<Record<string, Context>>;
  const context = Object.values(exports).find((candidate) => candidate.service === service);
  if (context === undefined) throw new Error(`contexts/${service.name}/context.ts declares no context of the registry`);
  return context;
};

describe('declaring uploads to the gateway', () => {
  for (const service of SERVICES)
    it(`names in contracts/routes.ts exactly the routes of ${service.name} that accept files`, async () => {
      expect(differingUploads(service, (await contextOf(service)).contracts)).to.deep.equal([]);
    });

  const routes: Routes = { routes: [{ path: '/v1/toys', access: 'user' }], uploads: ['/v1/toys/:toyId/image'] };
  const image = { method: 'put', summary: '', tags: [], replies: {}, upload: { mediaType: 'image/*' } } as const;

  it('finds an upload that no route accepts', () => {
    expect(differingUploads(routes, [])).to.deep.equal(['/v1/toys/:toyId/image']);
  });

  it('finds a route with an upload that contracts/routes.ts leaves out, unless it is internal', () => {
    const contracts = ['/v1/toys/:toyId/image', '/v1/toys/:toyId/video', '/internal/v1/toys'].map((path) => ({
      ...image,
      path,
    }));
    expect(differingUploads(routes, contracts)).to.deep.equal(['/v1/toys/:toyId/video']);
  });
});
