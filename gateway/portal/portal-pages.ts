import { readFile } from 'node:fs/promises';
import type { Router } from 'express';
import { exactRouter } from '@lego-moc/http/exact-router';
import { refuse } from '@lego-moc/http/problem';
import { ok, respond } from '@lego-moc/http/respond';
import type { Route } from '../routing/routes.ts';
import type { PortalDocuments } from './documents.ts';
import { eventsPage } from './events-page.ts';
import { mergeAsyncApi } from './merge-asyncapi.ts';
import { mergeOpenApi } from './merge-openapi.ts';
import { portalPage } from './page.ts';
import { referencePage } from './reference-page.ts';

/** These pages have a style sheet and nothing else: no script, no form, no foreign origin. */
const PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** `/docs` for people, `/docs/openapi.json` for programs. */
const routePages = (routes: readonly Route[], { openApi }: PortalDocuments): Router =>
  exactRouter()
    .get(
      '/docs/openapi.json',
      respond(async () => ok(mergeOpenApi(routes, await openApi()))),
    )
    .get('/docs', async (_request, response) => {
      const documents = await openApi();
      const absent = Object.keys(documents).filter((name) => documents[name] === undefined);
      response.setHeader('content-security-policy', PAGE_POLICY);
      response.type('html').send(portalPage(mergeOpenApi(routes, documents), absent));
    });

/** `/docs/events` for people; `/docs/asyncapi.json` and a JSON Schema of each event type for programs. */
const eventPages = ({ asyncApi }: PortalDocuments): Router =>
  exactRouter()
    .get(
      '/docs/asyncapi.json',
      respond(async () => ok(mergeAsyncApi(await asyncApi()))),
    )
    .get('/docs/events', async (_request, response) => {
      response.setHeader('content-security-policy', PAGE_POLICY);
      response.type('html').send(eventsPage(mergeAsyncApi(await asyncApi())));
    })
    .get(
      '/docs/events/:eventType.json',
      respond(async ({ params }) => {
        const { schemas } = mergeAsyncApi(await asyncApi()).components;
        const eventType = String(params['eventType']);
        if (!Object.hasOwn(schemas, eventType))
          refuse(404, 'event-type-not-found', `There is no event type ${eventType}; /docs/events lists them.`);
        return ok(schemas[eventType], { headers: { 'content-type': 'application/schema+json' } });
      }),
    );

/** The developer portal: what the services say about their routes and their integration events. */
export const portalPages = (routes: readonly Route[], documents: PortalDocuments): Router => {
  const style = readFile(new URL('portal.css', import.meta.url), 'utf8');
  return exactRouter()
    .use(routePages(routes, documents), eventPages(documents), referencePage())
    .get('/docs/portal.css', async (_request, response) => {
      response.setHeader('cache-control', 'public, max-age=300');
      response.type('css').send(await style);
    });
};
