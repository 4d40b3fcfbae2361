import type { Router } from 'express';
import { exactRouter } from '@lego-moc/http/exact-router';

const PAGE_POLICY = "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>LEGO MOC platform</title>
  <link rel="stylesheet" href="/docs/portal.css">
</head>
<body>
<header><div class="studs" aria-hidden="true"></div>
  <h1>LEGO MOC platform</h1>
  <p>For people who build their own LEGO creations: they bring in instructions, photos and parts lists, the platform
  reads and checks the lists, and others find the result.</p>
</header>
<main>
<section><h2>From here</h2>
<dl>
<dt><a href="/docs">API reference</a></dt><dd>Every route, with a command to try it; as data in
<a href="/docs/openapi.json">openapi.json</a>.</dd>
<dt><a href="/docs/events">Integration events</a></dt><dd>What the platform publishes, with a JSON Schema each; as data in
<a href="/docs/asyncapi.json">asyncapi.json</a>.</dd>
<dt><a href="/console">Operations console</a></dt><dd>For operators: what needs a person, subscriptions, read models,
parked messages.</dd>
<dt><a href="/health">Health</a></dt><dd>Whether this gateway is up.</dd>
</dl></section>
</main>
</body>
</html>`;

/** `/`: what this is, and where to go from here. */
export const landingPage = (): Router =>
  exactRouter().get('/', (_request, response) => {
    response.setHeader('content-security-policy', PAGE_POLICY);
    response.setHeader('cache-control', 'public, max-age=300');
    response.type('html').send(PAGE);
  });
