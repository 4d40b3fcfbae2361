import { expect } from 'chai';
import { routesTable } from './routes-table.ts';
import { ROUTES, type Route } from './routes.ts';

const match = routesTable(ROUTES);

describe('finding the upstream of a path', () => {
  for (const [path, upstream, upstreamPath] of [
    ['/api/mocs', 'moc-management', '/v1/mocs'],
    ['/api/mocs/gallery-images-1', 'moc-management', '/v1/mocs/gallery-images-1'],
    ['/v1/mocs/1/gallery-images/2', 'moc-management', '/v1/mocs/1/gallery-images/2'],
    ['/api/mocs/1/history', 'moc-management', '/v1/mocs/1/history'],
    ['/v1/mocs/1', 'moc-management', '/v1/mocs/1'],
    ['/api/catalogue/parts/3001', 'file-processing', '/v1/catalogue/parts/3001'],
    ['/api/users/me', 'profile', '/v1/users/me'],
    ['/api/identity-events', 'profile', '/v1/identity-events'],
    ['/ops/search/projections', 'search', '/ops/projections'],
    ['/api/mocs/search', 'search', '/v1/search'],
    ['/api/moc-instructions/1/parts-lists', 'moc-management', '/v1/mocs/1/parts-lists'],
    ['/api/mocs/1/parts-lists/2/status', 'inventory', '/v1/mocs/1/parts-lists/2/status'],
    ['/api/moc-instructions/1/parts-lists/2/status', 'inventory', '/v1/mocs/1/parts-lists/2/status'],
    ['/api/mocs/1/parts-lists/2', 'moc-management', '/v1/mocs/1/parts-lists/2'],
    ['/api/users/me/parts-lists/summary', 'inventory', '/v1/users/me/parts-lists/summary'],
    ['/api/user/parts-lists/summary', 'inventory', '/v1/users/me/parts-lists/summary'],
    ['/api/files/a/b', 'file-storage', '/files/a/b'],
  ] as const)
    it(`routes ${path} to ${upstream} ${upstreamPath}`, () => {
      const routeMatch = match(path);
      expect(routeMatch?.route.upstream).to.equal(upstream);
      expect(routeMatch?.path).to.equal(upstreamPath);
    });

  for (const path of [
    '/',
    '/api',
    '/api/',
    '/api/mocsy',
    '/API/mocs',
    '/api/mocs%20',
    '/internal/v1/upload',
    '/v1/files',
    '/v1/process-file',
    '/v1/ops',
    '/ops',
    '/ops/gateway',
  ])
    it(`has no route for ${path}`, () => {
      expect(match(path)).to.equal(undefined);
    });

  for (const [path, upload] of [
    ['/api/mocs', false],
    ['/api/mocs/with-files', true],
    ['/v1/mocs/1/files', true],
    ['/api/mocs/1/parts-lists', true],
    ['/api/users/me/avatar', true],
    ['/api/moc-instructions/with-files', true],
    ['/api/moc-instructions/1/files', true],
    ['/api/moc-instructions/1/parts-lists', true],
    ['/api/mocs/1/files/2', false],
    ['/api/mocs/1/2/files', false],
    ['/api/search/files', false],
  ] as const)
    it(`${upload ? 'accepts' : 'accepts no'} files at ${path}`, () => {
      expect(match(path)?.upload).to.equal(upload);
    });

  it('prefers the more specific route', () => {
    const narrower: Route = { prefix: '/api/mocs/search', upstream: 'search', target: '/v1/search', access: 'user' };
    const table = routesTable([...ROUTES, narrower]);

    expect(table('/api/mocs/search')?.route.upstream).to.equal('search');
    expect(table('/api/mocs/searching')?.route.upstream).to.equal('moc-management');
  });
});
