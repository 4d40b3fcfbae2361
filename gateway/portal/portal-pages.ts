import { readFile } from 'node:fs/promises';
import type { Router } from 'express';
import { exactRouter } from '@lego-moc/http/exact-router';
import { ok, respond } from '@lego-moc/http/respond';
import type { Route } from '../routing/routes.ts';
import { mergeOpenApi, type ServiceDocuments } from './merge-openapi.ts';
import { portalPage } from './page.ts';

/** The portal has a style sheet and nothing else: no script, no form, no foreign origin. */
const PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** `/docs` for people, `/docs/openapi.json` for programs. */
export const portalPages = (routes: readonly Route[], describe: () => Promise<ServiceDocuments>): Router => {
  const style = readFile(new URL('portal.css', import.meta.url), 'utf8');
  return exactRouter()
    .get(
      '/docs/openapi.json',
      respond(async () => ok(mergeOpenApi(routes, await describe()))),
    )
    .get('/docs/portal.css', async (_request, response) => {
      response.setHeader('cache-control', 'public, max-age=300');
      response.type('css').send(await style);
    })
    .get('/docs', async (_request, response) => {
      const documents = await describe();
      const absent = Object.keys(documents).filter((name) => documents[name] === undefined);
      response.setHeader('content-security-policy', PAGE_POLICY);
      response.type('html').send(portalPage(mergeOpenApi(routes, documents), absent));
    });
};
