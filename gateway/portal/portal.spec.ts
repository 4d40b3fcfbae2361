import { expect } from 'chai';
import { z } from 'zod';
import { openApiDocument } from '@lego-moc/http/openapi';
import { defineRoute } from '@lego-moc/http/route-contract';
import { fakeUpstream, startGateway } from '../testing/gateway-for-tests.ts';
import { ROUTES, type Route } from '../routing/routes.ts';
import { eventsPage } from './events-page.ts';
import { mergeAsyncApi } from './merge-asyncapi.ts';
import { mergeOpenApi } from './merge-openapi.ts';
import { portalPage } from './page.ts';

const contracts = [
  defineRoute({
    method: 'get',
    path: '/v1/mocs/:mocId',
    summary: 'Read a <MOC>',
    params: z.object({ mocId: z.uuid() }),
    replies: { 200: { description: 'The MOC', schema: z.object({ title: z.string() }) } },
  }),
  defineRoute({ method: 'get', path: '/ops/projections', summary: 'List', access: 'operator', replies: {} }),
  defineRoute({ method: 'post', path: '/v1/mocs/internal', summary: 'Sweep', access: 'service', replies: {} }),
  defineRoute({ method: 'get', path: '/internal/v1/files', summary: 'Private', replies: {} }),
];
const document = openApiDocument({ title: 'moc-management', version: '1.0.0', contracts });

const events = {
  channels: { wishlist: { messages: { 'item.<added>': {} } } },
  operations: {},
  components: {
    messages: { 'item.<added>': {} },
    schemas: {
      'item.<added>': {
        properties: {
          payload: {
            oneOf: [
              { properties: { status: { const: 'wished' }, title: { type: 'string' } } },
              { properties: { status: { const: 'deleted' } } },
            ],
          },
        },
      },
    },
  },
};

describe('describing the platform to developers', () => {
  it('lists every operation under its public path', () => {
    const openApi = mergeOpenApi(ROUTES, { 'moc-management': document });

    expect(Object.keys(openApi.paths)).to.have.members([
      '/api/mocs/{mocId}',
      '/api/moc-instructions/{mocId}',
      '/ops/moc-management/projections',
    ]);
    expect(openApi.paths['/api/mocs/{mocId}']).not.to.have.nested.property('get.deprecated');
    expect(openApi.paths['/api/moc-instructions/{mocId}']).to.have.nested.property('get.deprecated', true);
    expect(openApi.paths['/api/mocs/{mocId}']).to.have.nested.property('get.tags[0]', 'moc-management');
    expect(openApi.components).to.have.nested.property('schemas.Problem');
  });

  it('lists an operation that another service has below a route under that service alone', () => {
    const path = '/v1/mocs/:mocId/parts-lists/:partsListId/status';
    const params = z.object({ mocId: z.uuid(), partsListId: z.uuid() });
    const status = defineRoute({ method: 'get', path, summary: 'Status', params, replies: {} });
    const statusDocument = openApiDocument({ title: 'any', version: '1.0.0', contracts: [status] });
    const { paths } = mergeOpenApi(ROUTES, { 'moc-management': statusDocument, inventory: statusDocument });
    const publicPath = '/api/mocs/{mocId}/parts-lists/{partsListId}/status';
    expect(Object.keys(paths)).to.have.members([publicPath, publicPath.replace('mocs', 'moc-instructions')]);
    expect(paths[publicPath]).to.have.nested.property('get.tags[0]', 'inventory');
  });

  it('lists the messages to webhooks under the service that sends them', () => {
    const likeMessage = {
      ...{ name: 'moc.liked', summary: 'Somebody likes a MOC', replies: { '2XX': 'Accepted' } },
      headers: z.object({ 'webhook-id': z.uuid() }),
      body: z.object({ type: z.literal('moc.liked') }),
    };
    const sender = openApiDocument({ title: 'moc-management', version: '1.0.0', contracts, webhooks: [likeMessage] });
    const { webhooks } = mergeOpenApi(ROUTES, { 'moc-management': sender });
    expect(webhooks?.['moc.liked']).to.have.nested.property('post.tags[0]', 'moc-management');
    expect(webhooks?.['moc.liked']).to.have.nested.property('post.parameters[0].in', 'header');
    expect(mergeOpenApi(ROUTES, { 'moc-management': document })).not.to.have.property('webhooks');
  });

  it('marks deprecated operations', () => {
    const going: Route[] = ROUTES.map((route) => ({ ...route, deprecation: { since: new Date(0) } }));
    const openApi = mergeOpenApi(going, { 'moc-management': document });

    expect(openApi.paths['/api/mocs/{mocId}']).to.have.nested.property('get.deprecated', true);
  });

  it('shows descriptions, and escapes HTML in them', () => {
    const page = portalPage(mergeOpenApi(ROUTES, { 'moc-management': document }), ['search']);

    expect(page).to.include('Read a &lt;MOC&gt;').and.include('/api/mocs/{mocId}').and.include('role operator');
    expect(page).to.include('Not reachable just now: search');
    expect(page).not.to.match(/<script|<MOC>/);
  });

  it('shows a command per operation, and the fields of its body', () => {
    const add = defineRoute({
      method: 'post',
      path: '/v1/mocs/:mocId/parts-lists',
      summary: 'Add a parts list',
      params: z.object({ mocId: z.uuid() }),
      body: z.object({
        title: z.string().max(200),
        lots: z.array(z.object({ part: z.string(), note: z.string().optional() })),
      }),
      replies: { 204: { description: 'Done' } },
    });
    const serviceDocument = openApiDocument({ title: 'moc-management', version: '1.0.0', contracts: [add] });
    const page = portalPage(mergeOpenApi(ROUTES, { 'moc-management': serviceDocument }), []);

    expect(page).to.include('-H &quot;Authorization: Bearer $TOKEN&quot;');
    expect(page).to.include(
      '-d &#39;{&quot;title&quot;:&quot;Harbour crane&quot;,&quot;lots&quot;:[{&quot;part&quot;:&quot;part&quot;}]}&#39;',
    );
    expect(page).to.include('&quot;$GATEWAY/api/mocs/$MOC_ID/parts-lists&quot;');
    expect(page).to.include('string, up to 200 characters').and.include('list of objects');
    expect(page).to.match(/class="depth-1"><code>note<\/code> <span class="optional">/);
  });

  it('shows each integration event with the fields of its forms', () => {
    const page = eventsPage(mergeAsyncApi({ wishlist: events, search: undefined }));

    expect(page).to.include('item.&lt;added&gt;').and.include('status wished').and.include('status deleted');
    expect(page).to.include('href="/docs/events/item.%3Cadded%3E.json"');
    expect(page).not.to.match(/<script|<added>/);
  });

  it('fetches the services’ documents, and keeps the last ones when they are down', async () => {
    const upstream = await fakeUpstream((_request, response) => response.end(JSON.stringify(document)));
    const gateway = await startGateway({ upstream: upstream.url });
    try {
      const page = await fetch(`${gateway.url}/docs`);
      expect(page.headers.get('content-type')).to.include('text/html');
      expect(page.headers.get('content-security-policy')).to.include("style-src 'self'").and.not.include('sandbox');
      expect(await page.text()).to.include('/api/mocs/{mocId}');
      await upstream.stop();

      expect((await fetch(`${gateway.url}/docs/events`)).status).to.equal(200);
      expect((await fetch(`${gateway.url}/docs/events/nobody.heard.json`)).status).to.equal(404);

      const openApi = (await (await fetch(`${gateway.url}/docs/openapi.json`)).json()) as { paths: object };
      expect(openApi.paths).to.have.property('/api/mocs/{mocId}');
      expect((await fetch(`${gateway.url}/docs/portal.css`)).headers.get('content-type')).to.include('text/css');
    } finally {
      await gateway.stop();
      await upstream.stop();
    }
  });
});
