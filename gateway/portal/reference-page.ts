import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Response, Router } from 'express';
import { exactRouter } from '@lego-moc/http/exact-router';
import { refuse } from '@lego-moc/http/problem';

/** Scripts and styles of its own only, and requests to this origin only. */
const REFERENCE_POLICY = [
  "default-src 'none'",
  ...["script-src 'self'", "style-src 'self'", "connect-src 'self'", "img-src 'self' data:", "font-src 'self' data:"],
  ...["frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"],
].join('; ');

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>LEGO MOC platform: try the API</title>
  <link rel="icon" href="data:,">
  <link rel="stylesheet" href="/docs/reference/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<script src="/docs/reference/swagger-ui-bundle.js"></script>
<script src="/docs/reference/start.js"></script>
</body>
</html>`;

/** An inline script would need a hole in the policy. */
const START = `SwaggerUIBundle({
  url: '/docs/openapi.json',
  dom_id: '#reference',
  deepLinking: true,
  docExpansion: 'none',
  defaultModelsExpandDepth: -1,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null,
});
`;

const CACHE = 'public, max-age=300';

const swaggerFile = (name: string): Promise<Buffer> => {
  const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return readFile(join(folder, name));
};

const send = (response: Response, type: string, content: string | Buffer): void => {
  response.setHeader('cache-control', CACHE);
  response.type(type).send(content);
};

/** `/docs/reference`: Swagger UI, in which every route can be tried from the browser. Reads its files when they are asked for. */
export const referencePage = (): Router => {
  const router = exactRouter()
    .get('/docs/reference', (_request, response) => {
      response.setHeader('content-security-policy', REFERENCE_POLICY);
      send(response, 'html', PAGE);
    })
    .get('/docs/reference/start.js', (_request, response) => send(response, 'js', START));
  for (const [name, type] of [
    ['swagger-ui.css', 'css'],
    ['swagger-ui-bundle.js', 'js'],
  ] as const) {
    let content: Promise<Buffer> | undefined;
    router.get(`/docs/reference/${name}`, async (_request, response) => {
      content ??= swaggerFile(name);
      const file = await content.catch(() =>
        refuse(503, 'reference-not-installed', 'swagger-ui-dist is not installed'),
      );
      send(response, type, file);
    });
  }
  return router;
};
