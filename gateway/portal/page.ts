import { LOCAL_GATEWAY_URL } from '@lego-moc/http/default-ports';
import { anchor, escapeHtml } from './html.ts';
import type { MergedOpenApi } from './merge-openapi.ts';
import { operationCard } from './operation-card.ts';
import { pageOf } from './page-frame.ts';
import { operationsOf, type ListedOperation } from './operations.ts';

const FIRST_STEPS = `<section class="first" id="first-steps"><h2>First steps</h2>
<ol>
<li><p>A token: from the Auth Service, or on your own machine from the development issuer.</p>
<pre>GATEWAY=${LOCAL_GATEWAY_URL}
TOKEN=$(npm run --silent token -- ada)</pre></li>
<li><p>Begin a MOC. The answer says which id it got.</p>
<pre>curl -sS -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -d '{"title":"Harbour crane"}' "$GATEWAY/api/mocs"</pre></li>
<li><p>Find it again.</p>
<pre>curl -sS -H "Authorization: Bearer $TOKEN" "$GATEWAY/api/search?q=crane"</pre></li>
</ol></section>`;

const RULES = `<section class="rules" id="rules"><h2>What holds everywhere</h2>
<dl>
<dt>Signing in</dt><dd><code>Authorization: Bearer …</code>, or the cookie <code>token</code>. Operations of operators need the
role <code>operator</code>.</dd>
<dt>Names</dt><dd><code>/v1/…</code> is accepted wherever <code>/api/…</code> is. What is going away says so in
<code>Deprecation</code>, <code>Sunset</code> and <code>Link</code>.</dd>
<dt>Doing it once</dt><dd>Changes take an <code>Idempotency-Key</code>: sent again with the same key, a request is answered
again and done once.</dd>
<dt>Not overwriting others</dt><dd>An <code>ETag</code> names the revision you saw; <code>If-Match</code> with it refuses a change to
anything newer with 412.</dd>
<dt>When it goes wrong</dt><dd><code>application/problem+json</code> (RFC 9457): a stable <code>type</code>, a sentence for people, the
fields at fault, and the <code>correlationId</code> that names the request in our logs.</dd>
<dt>How much</dt><dd><code>RateLimit</code> says what is left, a 429 in <code>Retry-After</code> when to come back.</dd>
</dl></section>`;

const isForOperators = ({ path }: ListedOperation): boolean => path.startsWith('/ops/');
const isFormer = ({ operation }: ListedOperation): boolean => operation.deprecated === true;

const foldGroup = (title: string, operations: readonly ListedOperation[]): string =>
  operations.length === 0
    ? ''
    : `<details class="group"><summary>${title} <span class="count">${String(operations.length)}</span></summary>` +
      `${operations.map(operationCard).join('')}</details>`;

const section = (service: string, operations: readonly ListedOperation[]): string => {
  const entries = operations.filter((operation) => !isForOperators(operation) && !isFormer(operation));
  return (
    `<section id="${anchor(service)}"><h2>${escapeHtml(service)}</h2>${entries.map(operationCard).join('')}` +
    foldGroup('For operators', operations.filter(isForOperators)) +
    `${foldGroup('Former names', operations.filter(isFormer))}</section>`
  );
};

const navigation = (services: readonly (readonly [string, readonly ListedOperation[]])[]): string =>
  [
    '<a href="#first-steps">First steps</a><a href="#rules">What holds everywhere</a><h2>Services</h2>',
    ...services.map(
      ([name, operations]) =>
        `<a href="#${anchor(name)}">${escapeHtml(name)} <span class="count">${String(operations.filter((operation) => !isFormer(operation) && !isForOperators(operation)).length)}</span></a>`,
    ),
  ].join('');

/** The developer portal as one page of HTML without scripts: the whole merged document. */
export const portalPage = (document: MergedOpenApi, absent: readonly string[]): string => {
  const entries = operationsOf(document);
  const services = [...Map.groupBy(entries, ({ operation }) => operation.tags?.[0] ?? 'other')];
  const missingNote =
    absent.length === 0 ? '' : `<p class="absent">Not reachable just now: ${escapeHtml(absent.join(', '))}.</p>`;
  return pageOf({
    title: document.info.title,
    subtitle: document.info.description,
    links:
      `<span class="faint">Version ${escapeHtml(document.info.version)} ·</span> <a href="/docs/openapi.json">OpenAPI document</a> · ` +
      '<a href="/docs/reference">Try it in the browser</a> · <a href="/docs/events">Integration events</a>',
    navigation: navigation(services),
    main: `${FIRST_STEPS}${RULES}${missingNote}${services.map(([name, operations]) => section(name, operations)).join('')}`,
  });
};
