import type { OpenApiDocument } from '@lego-moc/http/openapi';

type Parameter = {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema?: Readonly<Record<string, unknown>>;
};
type Content = Readonly<Record<string, { readonly schema?: unknown }>>;
type Operation = {
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly tags?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Content };
  readonly responses?: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
  readonly security?: readonly unknown[];
  readonly 'x-access'?: string;
};
type Listed = { readonly method: string; readonly path: string; readonly operation: Operation };

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);

const typeOf = (schema: Parameter['schema']): string => {
  if (schema === undefined) return '';
  const { type, format, enum: values } = schema as { type?: unknown; format?: unknown; enum?: unknown[] };
  if (Array.isArray(values)) return values.map((value) => JSON.stringify(value)).join(' | ');
  return [type, format].filter((part) => typeof part === 'string').join(', ');
};

const schemas = (content: Content | undefined): string =>
  Object.entries(content ?? {})
    .filter(([mediaType]) => mediaType !== 'application/problem+json')
    .map(
      ([mediaType, { schema }]) =>
        `<p class="media">${escaped(mediaType)}</p><pre>${escaped(JSON.stringify(schema ?? {}, null, 2))}</pre>`,
    )
    .join('');

const parameterTable = (parameters: readonly Parameter[] = []): string =>
  parameters.length === 0
    ? ''
    : `<h4>Parameters</h4><table>${parameters
        .map(
          ({ name, in: where, required, schema }) =>
            `<tr><td><code>${escaped(name)}</code>${required === true ? ' *' : ''}</td><td>${escaped(where)}</td>` +
            `<td>${escaped(typeOf(schema))}</td></tr>`,
        )
        .join('')}</table>`;

const replyList = (responses: Operation['responses'] = {}): string =>
  `<h4>Answers</h4><dl>${Object.entries(responses)
    .map(
      ([status, { description, content }]) =>
        `<dt><code>${escaped(status)}</code> ${escaped(description)}</dt><dd>${schemas(content)}</dd>`,
    )
    .join('')}</dl>`;

const accessOf = ({ security, 'x-access': access }: Operation): string => {
  if (security?.length === 0) return 'no token needed';
  return access === undefined ? 'token needed' : `role ${access}`;
};

const card = ({ method, path, operation }: Listed): string => `
<details class="operation" id="${escaped(`${method}-${path}`)}">
  <summary><span class="method ${escaped(method)}">${escaped(method.toUpperCase())}</span>
    <code class="path${operation.deprecated === true ? ' deprecated' : ''}">${escaped(path)}</code>
    <span class="what">${escaped(operation.summary ?? '')}</span>
    <span class="access">${escaped(accessOf(operation))}</span></summary>
  <div class="inside">
    ${operation.description === undefined ? '' : `<p>${escaped(operation.description)}</p>`}
    ${parameterTable(operation.parameters)}
    ${operation.requestBody === undefined ? '' : `<h4>Body</h4>${schemas(operation.requestBody.content)}`}
    ${replyList(operation.responses)}
  </div>
</details>`;

const listed = ({ paths }: OpenApiDocument): readonly Listed[] =>
  Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation: operation as Operation })),
  );

const section = (service: string, operations: readonly Listed[]): string =>
  `<section id="${escaped(service)}"><h2>${escaped(service)}</h2>${operations.map(card).join('')}</section>`;

/** The developer portal as one page of HTML without scripts: everything the merged document says. */
export const portalPage = (document: OpenApiDocument, absent: readonly string[]): string => {
  const services = Map.groupBy(listed(document), ({ operation }) => operation.tags?.[0] ?? 'other');
  const links = [...services.keys()].map((name) => `<a href="#${escaped(name)}">${escaped(name)}</a>`).join('');
  const sections = [...services].map(([service, operations]) => section(service, operations)).join('');
  const missing =
    absent.length === 0 ? '' : `<p class="absent">Not reachable just now: ${escaped(absent.join(', '))}.</p>`;
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>${escaped(document.info.title)}</title>
  <link rel="stylesheet" href="/docs/portal.css">
</head>
<body>
<header><h1>${escaped(document.info.title)}</h1>
  <p>Version ${escaped(document.info.version)} · <a href="/docs/openapi.json">OpenAPI document</a></p>
  <nav>${links}</nav></header>
<main>
  <p>Send a token as <code>Authorization: Bearer …</code> or in the cookie <code>token</code>. <code>/v1/…</code> is
  accepted wherever <code>/api/…</code> is. Changes take an <code>Idempotency-Key</code> and an <code>If-Match</code>;
  whatever goes wrong is a problem (RFC 9457) with the correlation id that names the request in our logs.</p>
  ${missing}${sections}
</main>
</body>
</html>`;
};
